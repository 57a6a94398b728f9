import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Harness } from '../../../src/coordinator/tool-use/harnesses.ts';

const folder = join(import.meta.dirname, '../../contract/payloads');

/** A payload as a harness sends it to its hooks. */
export interface RecordedCall {
  /** `<event>[.<tool>]`, as the file is named. */
  readonly name: string;
  /** As the harness spells it. */
  readonly event: string;
  /** The payload as if it came from this folder and this session. */
  textFor(cwd: string, session: string): string;
}

/** Everything that is recorded of a harness. */
export function recordedCalls(harness: Harness): readonly RecordedCall[] {
  return readdirSync(join(folder, harness)).map(file => {
    const text = readFileSync(join(folder, harness, file), 'utf8');
    const name = file.replace(/\.json$/, '');
    return {
      name,
      event: name.replace(/^snake-case\./, '').split('.')[0] ?? '',
      textFor: (cwd, session) =>
        text
          .replaceAll('/workspace', cwd)
          .replace(/^( {2}"session_?[iI]d": )".*"/m, (_, field) => field + JSON.stringify(session)),
    };
  });
}

/** Those of them that ask before a tool call. */
export function recordedToolCalls(harness: Harness): readonly RecordedCall[] {
  return recordedCalls(harness).filter(({ event }) => event.toLowerCase() === 'pretooluse');
}
