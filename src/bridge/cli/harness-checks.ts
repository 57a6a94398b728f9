import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isTrustedByCodex } from '../../coordinator/tool-use/codex-trust.ts';
import type { Harness } from '../../coordinator/tool-use/harnesses.ts';
import { hookSwitches } from '../../coordinator/tool-use/hook-switches.ts';
import type { Environment } from '../environment.ts';
import { bad, type Finding, note, ok } from './finding.ts';

interface HarnessFiles {
  readonly title: string;
  readonly harness: Harness;
  readonly files: (home: string, folder: string) => readonly string[];
}

const harnessFiles: readonly HarnessFiles[] = [
  {
    title: 'Claude Code',
    harness: 'claude',
    files: (home, folder) => [
      join(home, '.claude', 'settings.json'),
      join(folder, '.claude', 'settings.json'),
      join(folder, '.claude', 'settings.local.json'),
    ],
  },
  {
    title: 'Codex',
    harness: 'codex',
    files: (home, folder) => [join(home, '.codex', 'hooks.json'), join(folder, '.codex', 'hooks.json')],
  },
  {
    title: 'Copilot CLI',
    harness: 'copilot',
    files: (home, folder) => [
      join(home, '.copilot', 'hooks', 'interlock.json'),
      join(folder, '.github', 'hooks', 'interlock.json'),
    ],
  },
];

/** A file that hooks were written into, as the store has it. */
export interface KnownHookFile {
  readonly path: string;
  readonly harness: string;
  readonly state: string;
}

const trust = 'Enter /hooks in Codex, look at them and trust them.';
const connect = '“Interlock: Connect an Agent…” in the editor';

/**
 * For each harness that is used here, whether its hooks are there, lead to Interlock, and may run: without them its edits are
 * not checked.
 * @param known what was written on this machine; empty where no coordinator could be asked.
 */
export async function checkHarnesses(
  { userHome }: Environment,
  folder: string,
  known: readonly KnownHookFile[],
): Promise<readonly Finding[]> {
  const home = userHome ?? folder;
  const findings = await Promise.all(
    harnessFiles.map(async ({ title, harness, files }) => {
      const named = files(home, folder);
      const written = known.filter(file => file.harness === harness && named.includes(file.path));
      if (written.length === 0 && !named.some(file => existsSync(dirname(file)))) return [];
      return [await checkHarness(title, harness, { home, folder, named, written }).catch(unreadable(title))];
    }),
  );
  return findings.flat();
}

interface Surroundings {
  readonly home: string;
  readonly folder: string;
  readonly named: readonly string[];
  readonly written: readonly KnownHookFile[];
}

async function checkHarness(
  title: string,
  harness: Harness,
  { home, folder, named, written }: Surroundings,
): Promise<Finding> {
  const texts = new Map(await Promise.all(named.map(async file => [file, await textOf(file)] as const)));
  const lost = written.find(({ path }) => !isOurs(texts.get(path) ?? ''));
  if (lost) return bad(title, `the hooks that were in ${lost.path} are gone`, connect);
  const altered = written.find(({ state }) => state === 'altered');
  if (altered) return bad(title, `the hooks in ${altered.path} are not as they were written`, connect);
  const [file, text] = [...texts].find(([, found]) => isOurs(found)) ?? [];
  if (file === undefined || text === undefined)
    return note(title, 'no hooks: its own edits and commands are not checked', connect);
  for (const { path, setting, isOff } of hookSwitches(harness, home, folder))
    if (isOff(await textOf(path)))
      return bad(title, `${setting} in ${path} keeps all hooks from running`, `Take it out of ${path}.`);
  const config = join(home, '.codex', 'config.toml');
  if (harness === 'codex' && !isTrustedByCodex(await textOf(config), file))
    return bad(title, `it was not told to trust the hooks in ${file}, and runs none of them`, trust);
  const gone = programsIn(text).find(program => !existsSync(program));
  return gone === undefined
    ? ok(title, `its hooks are in ${file}`)
    : bad(title, `its hooks in ${file} lead to ${gone}, which is gone`, connect);
}

/** Empty where there is no such file. @throws where it is there and cannot be read, with its name. */
function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return '';
    throw new Error(`${file} cannot be read (${cause.code})`, { cause });
  });
}

/** Whether its hooks are in force cannot be told, and the harness may not be able to tell it either. */
function unreadable(title: string): (error: Error) => Finding {
  return ({ message }) => bad(title, message, 'Make it a file that this user may read.');
}

function isOurs(text: string): boolean {
  return /interlock|bridge\.js|hook\.sh/i.test(text) && /\bhook\b/.test(text);
}

/** The programs of ours that commands in a file name by their whole path. */
function programsIn(text: string): string[] {
  const found = text.matchAll(/(?<=["'\s=])\/[^"'\\]*?\/(?:interlock\.mjs|hook\.sh|bridge\.js)(?=["'\\\s])/g);
  return [...new Set([...found].map(([program]) => program))];
}
