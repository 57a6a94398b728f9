import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renewedPayloads } from './machine.ts';
import type { Workplace } from './workplace.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** Everything that a harness has sent to its hooks, by the names that the contract tests give to payloads. */
export type Recordings = ReadonlyMap<string, Payload>;

const folderIn = (workplace: Workplace) => path.join(workplace.run.root, 'payloads');

/** Adds a hook to a file in the form of Claude Code that keeps what comes to it, beside those which are there. */
export async function recordHooks(
  workplace: Workplace,
  file: string,
  events: readonly string[],
): Promise<void> {
  const folder = folderIn(workplace);
  await mkdir(folder);
  const settings = JSON.parse(await readFile(file, 'utf8'));
  for (const event of events) {
    const recording = { hooks: [{ type: 'command', command: `cat > "${folder}/$$"` }] };
    settings.hooks[event] = [...(settings.hooks[event] ?? []), recording];
  }
  await writeFile(file, JSON.stringify(settings));
}

/** What was recorded, with folders that are the same in every run. Of those with the same name, the first that came. */
export async function recordingsOf(workplace: Workplace): Promise<Recordings> {
  const folder = folderIn(workplace);
  const files = await Promise.all(
    (await readdir(folder)).map(async name => {
      const file = path.join(folder, name);
      return { at: (await stat(file)).mtimeMs, text: await readFile(file, 'utf8') };
    }),
  );
  // In a map the last one stays.
  const texts = files.sort((one, other) => other.at - one.at).map(({ text }) => text);
  const { run, repository } = workplace;
  const slug = (place: string) => place.replaceAll(/[^A-Za-z0-9]/g, '-');
  const payloads = texts.map(text =>
    JSON.parse(
      text
        .replaceAll(repository.folder, '/workspace')
        .replaceAll(slug(repository.folder), '-workspace')
        .replaceAll(run.home, '/home/ada'),
    ),
  );
  return new Map(payloads.map(payload => [nameOf(payload), payload]));
}

/** Writes recordings over what the contract tests read, where that was asked for. */
export async function renewPayloads(harness: string, recordings: Recordings): Promise<void> {
  if (renewedPayloads === undefined) return;
  for (const [name, payload] of recordings) {
    const file = path.join(renewedPayloads, harness, `${name}.json`);
    await writeFile(file, `${JSON.stringify(payload, undefined, 2)}\n`);
  }
}

function nameOf({ hook_event_name, tool_name, agent_id, source }: Payload): string {
  const about = [tool_name, agent_id === undefined ? undefined : 'subagent', source];
  return [hook_event_name, ...about].filter(part => part !== undefined && part !== 'startup').join('.');
}

/** The fields of a payload with the types of their values, so that two can be compared that say different things. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, shapeOf(inner)]),
  );
}
