/** The hooks of git that Interlock answers. */
export const gitEvents = ['pre-commit', 'pre-push', 'prepare-commit-msg'] as const;
export type GitEvent = (typeof gitEvents)[number];

/** All that git looks for in a folder of hooks on the side of the person. */
export const clientHooks = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'pre-auto-gc',
  'post-rewrite',
  'sendemail-validate',
  'fsmonitor-watchman',
  'post-index-change',
  'reference-transaction',
] as const;

/** What every file of ours begins with, so that it is known for ours whoever wrote it and when. */
export const ourMark = '# Interlock git hook.';

/** Where the pieces of one installation are. Absolute. */
export interface Program {
  readonly nodePath: string;
  /** The bridge, or the launcher that leads to it. */
  readonly bridge: string;
  readonly home: string;
}

/**
 * The script that asks, one for each event, below the folder that all worktrees of the repository share. Whoever calls
 * it (a hook of ours, husky, lefthook) needs to know no more than its path.
 */
export function askingScript(event: GitEvent, { nodePath, bridge, home }: Program): string {
  return `#!/bin/sh
${ourMark} \`interlock git-hooks remove\` takes it away.
bridge=${quoted(bridge)}
: "\${INTERLOCK_HOME:=${escaped(home)}}"
export INTERLOCK_HOME
node=$(command -v "\${INTERLOCK_NODE:-node}") || node=${quoted(nodePath)}
if [ -f "$bridge" ] && [ -x "$node" ]; then
  ELECTRON_RUN_AS_NODE=1 exec "$node" "$bridge" git-hook ${event} "$@"
fi
if [ -n "\${INTERLOCK_SESSION_ID-}\${INTERLOCK_CHAT-}\${INTERLOCK_AGENT_ID-}" ]; then
  echo "interlock: ${event} was stopped: Interlock is not where it was ($bridge, run by $node)." >&2
  exit 1
fi
echo "interlock: ${event} was NOT checked: Interlock is not where it was ($bridge, run by $node)." >&2
exit 0
`;
}

/** What an asking script runs; undefined where it is none of ours. */
export function programIn(script: string): string | undefined {
  return /^bridge='((?:[^']|'\\'')*)'$/m.exec(script)?.[1]?.replaceAll("'\\''", "'");
}

/** The hook itself: first the one that was there, since it may change what is committed; then ours. */
export function chainingScript(event: GitEvent, earlier: string): string {
  // Only this hook is told something on its standard input, and both want to hear it.
  const [keep, toEarlier, toOurs] =
    event === 'pre-push'
      ? [`refs=$(cat; echo .)\nrefs=\${refs%.}\n`, 'printf %s "$refs" | ', 'printf %s "$refs" | ']
      : ['', '', 'exec '];
  return `#!/bin/sh
${ourMark} \`interlock git-hooks remove\` takes it away.
${keep}earlier=${earlier}
if [ -x "$earlier" ]; then
  ${toEarlier}"$earlier" "$@" || exit $?
fi
ours=$(git rev-parse --git-common-dir)/interlock/${event}
[ -x "$ours" ] || exit 0
${toOurs}"$ours" "$@"
`;
}

/** A hook of a folder that stands in for one that several repositories share. */
export function passingScript(hook: string, folder: string): string {
  return `#!/bin/sh
${ourMark} \`interlock git-hooks remove\` takes it away.
hook=${quoted(`${folder}/${hook}`)}
[ -x "$hook" ] || exit 0
exec "$hook" "$@"
`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Inside double quotes. */
function escaped(text: string): string {
  return text.replaceAll(/["\\$`]/g, '\\$&');
}
