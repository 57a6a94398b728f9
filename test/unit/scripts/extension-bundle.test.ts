import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { extensionBundle } from '../../../scripts/extension-bundle.mjs';

const root = join(import.meta.dirname, '..', '..', '..');

/**
 * What the editor reads and compiles before `activate` returns, in bytes. Compiling takes some 40 ms a megabyte on a cold
 * thread, so this is 4 ms. Raise it for what every window needs at once; the rest belongs into on-demand.ts.
 */
const budget = 98_000;

let outputs: Metafile['outputs'];

beforeAll(async () => {
  const { metafile } = await build({ ...extensionBundle(root), write: false, metafile: true });
  outputs = metafile.outputs;
});

describe('what activation loads', () => {
  test('is small', () => {
    expect(sum(activationFiles().map(file => outputs[file]?.bytes ?? 0))).toBeLessThan(budget);
  });

  test('is two files, for each one costs as much as ten kilobytes of code', () => {
    expect(activationFiles()).toHaveLength(2);
  });

  test('has of the packages those that every window needs at once', () => {
    expect(packagesIn(activationFiles())).toEqual(['@vscode/l10n', 'eventsource-parser']);
  });

  test('is none of what views and commands are made of', () => {
    const activation = new Set(inputsOf(activationFiles()));
    const later = inputsOf(Object.keys(outputs)).filter(input => !activation.has(input));
    expect(later).toContain('src/extension/on-demand.ts');
    const commands = [...activation].filter(input => input.startsWith('src/extension/commands/'));
    // A file is put in force for a reason, which is asked for where files are written.
    expect(commands).toEqual(['src/extension/commands/ask-reason.ts']);
  });
});

/** The entry with all that it imports, without what is imported when it is asked for. */
function activationFiles(): readonly string[] {
  const entry = Object.keys(outputs).find(file => outputs[file]?.entryPoint === 'src/extension/activate.ts');
  const found = new Set(entry === undefined ? [] : [entry]);
  for (const file of found) {
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && path in outputs) found.add(path);
  }
  return [...found];
}

function inputsOf(files: readonly string[]): readonly string[] {
  return files.flatMap(file => Object.keys(outputs[file]?.inputs ?? {}));
}

function packagesIn(files: readonly string[]): readonly string[] {
  const names = inputsOf(files).map(input => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]);
  return [...new Set(names.filter(name => name !== undefined))].sort();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
