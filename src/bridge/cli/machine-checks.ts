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
/** A store has about a thousand. */
const fewFiles = 2_000;

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

export interface HomeChecks {
  readonly findings: readonly Finding[];
  /** False where no coordinator could be there, nor be started. */
  readonly usable: boolean;
}

/** The folder of the store, and the one of its sockets: nobody else may look into them. */
export async function checkHome({ home }: Environment): Promise<HomeChecks> {
  const findings: Finding[] = [];
  let usable = true;
  const unusable = (found: string, mend: string) => {
    usable = false;
    findings.push(bad('folder', found, mend));
  };
  if (lstatSync(home, { throwIfNoEntry: false })?.isDirectory() === false) {
    unusable(`${home} is no folder`, `Remove ${home}, or set INTERLOCK_HOME to another.`);
    return { findings, usable };
  }
  for (const folder of [home, join(home, 'run')]) {
    const at = lstatSync(folder, { throwIfNoEntry: false });
    if (!at) continue;
    const mode = (at.mode & 0o777).toString(8);
    if (!at.isDirectory()) unusable(`${folder} is no folder`, `Remove ${folder}.`);
    else if (process.getuid && at.uid !== process.getuid())
      unusable(
        `${folder} belongs to another user`,
        `Have it given to you (chown), or set INTERLOCK_HOME to a folder of your own.`,
      );
    else if (process.platform !== 'win32' && (at.mode & 0o077) !== 0)
      findings.push(
        bad('folder', `${folder} is open to others (${mode})`, `chmod 700 ${JSON.stringify(folder)}`),
      );
    else findings.push(ok('folder', `${folder} (${mode})`));
  }
  findings.push(...closedFiles(home));
  const nearest = nearestFolder(home);
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) unusable(`${nearest} cannot be written to`, 'Set INTERLOCK_HOME to one that can.');
  const { bavail, bsize, files, ffree } = await statfs(nearest);
  findings.push(spaceFinding(bavail * bsize));
  // Some file systems count none at all.
  if (files > 0 && ffree < fewFiles)
    findings.push(bad('disk', `room for ${ffree} more files`, 'Remove files: the store makes new ones.'));
  return { findings, usable };
}

/** What others could read secrets in, or put commands into that agents run. */
const keptFiles = [
  'bin',
  'bin/interlock.mjs',
  'store',
  'logs',
  'logs/coordinator.log',
  'terminal-operator.salt',
  'audit',
];

function closedFiles(home: string): readonly Finding[] {
  if (process.platform === 'win32') return [];
  return keptFiles.flatMap(name => {
    const file = join(home, name);
    const at = lstatSync(file, { throwIfNoEntry: false });
    // Programs are run by whoever finds them; that nobody else may write them is what counts.
    const open = name.startsWith('bin') ? 0o022 : 0o077;
    if (!at || at.isSymbolicLink() || (at.mode & open) === 0) return [];
    const mode = (at.mode & 0o777).toString(8);
    const rights = name.startsWith('bin') ? 'go-w' : 'go=';
    return [bad('folder', `${file} is open to others (${mode})`, `chmod ${rights} ${JSON.stringify(file)}`)];
  });
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
  const mend = 'interlock git-hooks install';
  try {
    const { installed, hooks, way, hooks_folder, asking, program } = await gitHooksStatus(folder);
    if (installed && program !== undefined && !existsSync(program))
      return bad('git hooks', `they lead to ${program}, which is gone`, mend);
    if (installed) return ok('git hooks', `installed (${way})`);
    const lost = hooks.filter(hook => !hook.installed).map(({ event }) => event);
    // They were put in here once, and something has come between: another folder, another tool, a file without its rights.
    return asking || lost.length < hooks.length
      ? bad('git hooks', `git does not ask in ${lost.join(', ')} (it looks in ${hooks_folder})`, mend)
      : note('git hooks', 'not installed', mend);
  } catch {
    return note('git hooks', `${folder} is in no repository`);
  }
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
