import { existsSync, lstatSync } from 'node:fs';
import { access, constants, readFile, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../environment.ts';
import { gitHooksStatus } from '../git/install.ts';
import { askGit } from '../git/run-git.ts';
import { bad, type Finding, note, ok } from './finding.ts';

/** Of `engines` in package.json. */
const oldestNode = [20, 12] as const;
/** `git rev-parse --path-format` came with it. */
const oldestGit = [2, 31] as const;

/** An empty store is 40 MB; a full disk stops every write. In bytes. */
const littleSpace = 1024 ** 3;
const tooLittleSpace = 100 * 1024 ** 2;

export function checkNode(version = process.versions.node): Finding {
  return isAtLeast(version, oldestNode)
    ? ok('Node', version)
    : bad('Node', version, `Install Node ${oldestNode.join('.')} or newer, or start from the editor.`);
}

export async function checkGit(folder: string): Promise<Finding> {
  const { stdout } = await askGit(folder, ['version']).catch(() => ({ stdout: '' }));
  const version = /\d+(?:\.\d+)+/.exec(stdout)?.[0];
  if (version === undefined) return bad('git', 'not found', 'Install git, and see that it is on the PATH.');
  return isAtLeast(version, oldestGit)
    ? ok('git', version)
    : bad('git', version, `Install git ${oldestGit.join('.')} or newer.`);
}

/** The folder of the store, and the one of its sockets: nobody else may look into them. */
export async function checkHome({ home }: Environment): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const folder of [home, join(home, 'run')]) {
    const at = lstatSync(folder, { throwIfNoEntry: false });
    if (!at) continue;
    const mode = (at.mode & 0o777).toString(8);
    if (!at.isDirectory()) findings.push(bad('folder', `${folder} is no folder`, `Remove ${folder}.`));
    else if (process.getuid && at.uid !== process.getuid())
      findings.push(bad('folder', `${folder} belongs to another user`, `chown it, or set INTERLOCK_HOME.`));
    else if (process.platform !== 'win32' && (at.mode & 0o077) !== 0)
      findings.push(
        bad('folder', `${folder} is open to others (${mode})`, `chmod 700 ${JSON.stringify(folder)}`),
      );
    else findings.push(ok('folder', `${folder} (${mode})`));
  }
  const nearest = nearestFolder(home);
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable)
    findings.push(bad('folder', `${nearest} cannot be written to`, 'Set INTERLOCK_HOME to one that can.'));
  const { bavail, bsize } = await statfs(nearest);
  findings.push(spaceFinding(bavail * bsize));
  return findings;
}

export function spaceFinding(bytes: number): Finding {
  const free = `${(bytes / 1024 ** 3).toFixed(1)} GB free`;
  if (bytes < tooLittleSpace) return bad('disk', free, 'Make room: the store cannot be written to soon.');
  return bytes < littleSpace ? note('disk', free, 'Make room before the store needs it.') : ok('disk', free);
}

/** What agents outside the editor are configured with leads to the version that is installed. */
export async function checkLauncher({ home }: Environment): Promise<Finding> {
  const file = join(home, 'bin', 'interlock.mjs');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined)
    return note('launcher', `${file} is not there`, 'The extension writes it: start the editor once.');
  const target = /import\("([^"]+)"\)/.exec(text)?.[1];
  const program = target === undefined ? undefined : fileURLToPath(target);
  return program !== undefined && existsSync(program)
    ? ok('launcher', `${file} leads to ${program}`)
    : bad('launcher', `${file} leads nowhere`, 'Start the editor once: the extension writes it anew.');
}

export async function checkGitHooks(folder: string): Promise<Finding> {
  try {
    const { installed, hooks, way } = await gitHooksStatus(folder);
    if (installed) return ok('git hooks', `installed (${way})`);
    const some = hooks.some(hook => hook.installed);
    const mend = 'interlock git-hooks install';
    return some ? bad('git hooks', 'some are gone', mend) : note('git hooks', 'not installed', mend);
  } catch {
    return note('git hooks', `${folder} is in no repository`);
  }
}

interface HarnessFile {
  readonly harness: string;
  readonly files: (places: { home: string; folder: string }) => readonly string[];
}

const harnessFiles: readonly HarnessFile[] = [
  {
    harness: 'Claude Code',
    files: ({ home, folder }) => [
      join(home, '.claude', 'settings.json'),
      join(folder, '.claude', 'settings.json'),
      join(folder, '.claude', 'settings.local.json'),
    ],
  },
  {
    harness: 'Codex',
    files: ({ home, folder }) => [join(home, '.codex', 'hooks.json'), join(folder, '.codex', 'hooks.json')],
  },
  {
    harness: 'Copilot CLI',
    files: ({ home, folder }) => [
      join(home, '.copilot', 'hooks', 'interlock.json'),
      join(folder, '.github', 'hooks', 'interlock.json'),
    ],
  },
];

/** For each harness that is used here, whether its hooks lead to Interlock: without them its edits are not checked. */
export async function checkHarnesses({ userHome }: Environment, folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { harness, files } of harnessFiles) {
    const named = files({ home: userHome ?? folder, folder });
    if (!named.some(file => existsSync(dirname(file)))) continue;
    const texts = await Promise.all(named.map(file => readFile(file, 'utf8').catch(() => '')));
    const index = texts.findIndex(text => /interlock|bridge\.js/.test(text) && /\bhook\b/.test(text));
    findings.push(
      index >= 0
        ? ok(harness, `its hooks are in ${named[index]}`)
        : note(
            harness,
            'no hooks: its own edits and commands are not checked',
            '“Interlock: Connect an Agent…”',
          ),
    );
  }
  return findings;
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
