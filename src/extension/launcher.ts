import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where agents outside the editor find the bridge, whatever version of the extension is installed. */
export function launcherIn(home: string): string {
  return path.join(home, 'bin', 'interlock.mjs');
}

/** The same for hooks, where there is a shell. */
export function hookLauncherIn(home: string): string {
  return path.join(home, 'bin', 'hook.sh');
}

/**
 * Points the launchers to the bridge of this version. The folder of an extension changes with each update, and what
 * people have written into their agents' configuration must not.
 */
export async function updateLauncher(home: string, bridge: string): Promise<void> {
  const address = JSON.stringify(pathToFileURL(bridge).href);
  await keep(
    launcherIn(home),
    [
      '// Written by the Interlock extension when it starts.',
      // Some agents pass hardly a variable on to what they start, and all of it has to find the same store.
      `process.env.INTERLOCK_HOME ||= ${JSON.stringify(home)};`,
      `await import(${address});\n`,
    ].join('\n'),
  );
  if (process.platform === 'win32') return;
  await keep(hookLauncherIn(home), hookLauncher(home, path.join(path.dirname(bridge), 'hook.sh')));
}

/**
 * Where the extension is gone and its hooks are not, a shell's own words for that would be read in as many ways as there are
 * shells and harnesses: some would let tools pass, and some would take every prompt away. So a tool call is denied, by the code
 * that all of them know, and nothing else is.
 */
function hookLauncher(home: string, script: string): string {
  const [place, program] = [home, script].map(name => `'${name.replaceAll("'", "'\\''")}'`);
  return `#!/bin/sh
# Written by the Interlock extension when it starts.
[ -n "$INTERLOCK_HOME" ] || export INTERLOCK_HOME=${place}
[ -r ${program} ] && exec /bin/sh ${program} "$@"
case $3 in PreToolUse | preToolUse) ;; *) exit 0 ;; esac
echo 'Interlock is not installed any more, and this agent is still connected to it: install it again, or take its hooks out of the configuration of the agent. Tell the person.' >&2
exit 2
`;
}

async function keep(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // Whole or not at all: an agent may start it at this moment.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, file);
}
