import { parseArgs } from 'node:util';
import { type GitHooksStatus, gitHooksStatus, installGitHooks, removeGitHooks } from '../git/install.ts';
import { programOf } from '../git/program.ts';
import { workingFolder } from '../working-folder.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson, printLine, styled, table } from './print.ts';

/** `git-hooks install|remove|status [--json]`: the hooks of the repository of the working folder. */
export const gitHooks: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const folder = workingFolder() ?? environment.home;
  const [what = 'status', ...more] = positionals;
  const act = actions[what as keyof typeof actions];
  if (!Object.hasOwn(actions, what) || more.length > 0) {
    process.stderr.write('interlock: git-hooks install, remove or status\n');
    return exitCodes.usage;
  }
  const found = await act(folder, environment);
  if (values.json) printJson(found);
  else print(found);
  return what === 'status' && !found.installed ? exitCodes.bad : exitCodes.ok;
};

const actions = {
  install: (folder, environment) => installGitHooks(folder, programOf(environment)),
  remove: folder => removeGitHooks(folder),
  status: folder => gitHooksStatus(folder),
} satisfies Record<string, (folder: string, environment: Parameters<Command>[1]) => Promise<GitHooksStatus>>;

function print({ worktree, way, hooks }: GitHooksStatus): void {
  printLine(`${worktree} (${ways[way]})\n`);
  printLine(
    table(
      ['HOOK', 'STATE', 'FILE'],
      hooks.map(({ event, installed, file }) => [event, installed ? 'installed' : 'not installed', file]),
    ),
  );
  const changed = hooks.filter(({ installed, file }) => installed && !file.includes('/.git/'));
  if (changed.length > 0 && way !== 'shared')
    printLine(styled('dim', '\nThe files are part of the worktree: see git status before you commit.'));
}

const ways = {
  own: 'the repository’s own folder of hooks',
  tracked: 'hooks that are part of the worktree',
  shared: 'a folder of hooks that other repositories use too',
  lefthook: 'lefthook',
} as const;
