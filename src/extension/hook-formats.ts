import type { Harness } from '../coordinator/tool-use/harnesses.ts';
import { type Json, listIn, objectIn } from './json-file.ts';

/** What is written into an agent's configuration leads to these. */
export interface Launchers {
  /** Runs the bridge under Node. */
  readonly bridge: string;
  /** Runs a hook under a shell; undefined where there is none. */
  readonly hook: string | undefined;
}

/** Above the longest wait for a person (110 s) with room for the answer; below it a harness would let the call through. */
export const hookTimeoutSeconds = 120;

const claudeEvents = ['PreToolUse', 'SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd'];
const codexEvents = ['PreToolUse', 'SessionStart', 'UserPromptSubmit', 'PreCompact', 'Stop', 'SessionEnd'];
/** Codex gives the end of a session no more, and warns with each start of one that is given more. */
const codexEndSeconds = 3;
/** Spelled like this, Copilot sends its own names of tools. What hooks answer on a prompt it drops. */
const copilotEvents = ['preToolUse', 'sessionStart', 'agentStop', 'sessionEnd'];

/** How a harness has its hooks in a file: lists of entries by event. */
export interface HookFormat {
  readonly harness: Harness;
  readonly events: readonly string[];
  /** Fields that a file has to have. */
  readonly head: Json;
  entry(event: string): Json;
  isOurs(entry: Json): boolean;
}

export function claudeHooks(launchers: Launchers): HookFormat {
  return matchedHooks('claude', claudeEvents, launchers);
}

export function codexHooks(launchers: Launchers): HookFormat {
  return matchedHooks('codex', codexEvents, launchers);
}

/** As Claude Code has them, and Codex after it: programs below a matcher. */
function matchedHooks(harness: Harness, events: readonly string[], { bridge, hook }: Launchers): HookFormat {
  const program = hook === undefined ? `node ${JSON.stringify(bridge)}` : `sh ${JSON.stringify(hook)}`;
  return {
    harness,
    events,
    head: {},
    entry: event => {
      const isEnd = harness === 'codex' && event === 'SessionEnd';
      const timeout = isEnd ? codexEndSeconds : hookTimeoutSeconds;
      const command = `exec ${program} hook ${harness} ${event} --timeout ${timeout}`;
      return { hooks: [{ type: 'command', command, timeout }] };
    },
    isOurs: ({ hooks }) =>
      listIn(hooks).some(one =>
        [bridge, hook].some(path => path && String(objectIn(one).command).includes(JSON.stringify(path))),
      ),
  };
}

/** As GitHub's reference of Copilot's hooks has them; where there is no shell, PowerShell runs them. */
export function copilotHooks({ bridge, hook }: Launchers): HookFormat {
  const words = (event: string) => `hook copilot ${event} --timeout ${hookTimeoutSeconds}`;
  const [shell, program, path] =
    hook === undefined
      ? ['powershell', '& node', `'${bridge.replaceAll("'", "''")}'`]
      : ['bash', 'exec sh', JSON.stringify(hook)];
  return {
    harness: 'copilot',
    events: copilotEvents,
    head: { version: 1 },
    entry: event => ({
      type: 'command',
      [shell]: `${program} ${path} ${words(event)}`,
      timeoutSec: hookTimeoutSeconds,
    }),
    isOurs: ({ bash, powershell, command }) =>
      [bash, powershell, command].some(text => String(text).includes(path)),
  };
}
