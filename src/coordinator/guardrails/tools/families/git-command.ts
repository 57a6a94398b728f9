import type { Deed } from '../../effects.ts';
import { normalize } from '../../places.ts';
import { type Arg, isKnown } from '../../shell/value.ts';
import type { Call, Tool } from '../tool.ts';

/** git's own options, before the subcommand. */
export const globalOptions =
  '--directory,-C= --config,-c= --git-dir= --work-tree= --namespace= --exec-path?= --super-prefix= --config-env= ' +
  '--attr-source= --no-pager,-P --paginate,-p --bare --no-replace-objects --literal-pathspecs --no-optional-locks';

/** Where git works: `-C` may be given several times, each relative to the one before. */
export function directoryOf(call: Call): string | undefined {
  let directory = call.cwd;
  for (const step of [...call.all('directory'), ...call.all('work-tree')])
    directory = below(directory, step.text);
  const gitDirectory = call.value('git-dir');
  if (gitDirectory !== undefined && !call.has('work-tree')) {
    return below(directory, gitDirectory.text.replace(/\/?\.git\/?$/, '') || '.');
  }
  return directory;
}

function below(directory: string | undefined, step: string): string | undefined {
  if (!isKnown(step)) return undefined;
  if (step.startsWith('/')) return normalize(step);
  return directory === undefined ? undefined : normalize(`${directory}/${step}`);
}

/** Help never does anything, whatever else is said. */
function onlyHelp(call: Call): boolean {
  return call.args.some(arg => arg.text === '--help' || arg.text === '-h');
}

/** Settings whose value git runs, given for this one call: `-c core.pager='…'`. */
export function configuredCommands(call: Call): void {
  for (const setting of call.all('config')) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(setting.text) ?? [];
    if (/^core\.hookspath$/i.test(key)) call.effect(hooksMoved);
    else if (/^interlock\./i.test(key)) call.effect(hooksOverridden);
    else if (
      /(?:\.|^)(?:pager|sshcommand|editor|fsmonitor|askpass|textconv|external|cmd|command|program|helper|clean|smudge|process|proxycommand|gitproxy)(?:\.|$)/i.test(
        key,
      )
    )
      call.script({ ...setting, text: value.replace(/^!/, '') });
  }
}

export const hooksOverridden: Deed = {
  kind: 'protection',
  how: 'overrides what Interlock’s git hooks say, which only a person may',
};

export const hooksSkipped: Deed = {
  kind: 'protection',
  how: 'skips the hooks of git, which look for the locks of others',
};

export const hooksMoved: Extract<Deed, { kind: 'protection' }> = {
  kind: 'protection',
  how: 'makes git run other hooks than those of this repository',
};

/** Hooks from a folder of the repository. Whether those ask Interlock too is for the rules to find out. */
export function movesHooks(call: Call, directory: string | undefined, folder: Arg): void {
  const text =
    directory === undefined || folder.text.startsWith('/') ? folder.text : `${directory}/${folder.text}`;
  const into = call.place({ ...folder, text, pattern: false });
  call.effect({ kind: 'git-hooks', directory, into, how: hooksMoved.how });
}

/** A tool whose effects are described by one function that is told the directory. */
export function command(options: string, run: (call: Call, directory: string | undefined) => void): Tool {
  return {
    options,
    style: { abbreviations: true },
    run: call => {
      configuredCommands(call);
      if (onlyHelp(call)) return undefined;
      if (call.has('no-verify')) call.effect(hooksSkipped);
      run(call, directoryOf(call));
      return undefined;
    },
  };
}

export const places = (call: Call, args: readonly Arg[]) => {
  const directory = directoryOf(call);
  return args.map(arg => {
    const pathspec = arg.text.replace(/^:\/?(?:\([^)]*\))?/, '') || '.';
    const absolute =
      pathspec.startsWith('/') || directory === undefined ? pathspec : `${directory}/${pathspec}`;
    return call.place({ ...arg, text: absolute });
  });
};

/** A dot, a wildcard, or a name that ends like a source file; `release/1.2` and `v1.2.3` are branches and tags. */
export function looksLikeFile(arg: Arg): boolean {
  return (
    arg.pattern ||
    /^(?:\.{1,2}|\.{1,2}\/.*|:\/?.*|.*\/)$/.test(arg.text) ||
    /\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|php|c|h|cc|cpp|hpp|cs|swift|json|ya?ml|toml|md|txt|html?|s?css|sql|sh|lock|xml|vue|svelte|env|ini|cfg|conf|csv)$/i.test(
      arg.text,
    )
  );
}

/** A branch that points elsewhere from now on, whatever it held. */
export function movesBranch(call: Call, directory: string | undefined, branch: Arg | undefined): void {
  if (branch === undefined) return;
  call.effect({
    kind: 'rewrite-history',
    directory,
    scope: 'branch',
    branch: branch.text,
    how: `moves the branch ${branch.text} to another commit`,
  });
}
