/** What came of a call: its answer, or the code it was refused with. */
export type Outcome =
  | { readonly answer: Record<string, unknown> }
  | { readonly refused: string; readonly status: number; readonly message: string };

/** An agent as a load knows it: it calls operations, and its harness's hook asks before its own tools. */
export interface LoadAgent {
  call(operation: string, input: object): Promise<Outcome>;
  hook(tool: string, input: object): Promise<Outcome>;
}

/** What many agents did side by side. */
export interface Load {
  /** Calls that were answered, by what they did: how long each took, in milliseconds. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** Refusals in the words of the domain: held by others, lost, nothing to do. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Anything else that went wrong. */
  readonly faults: readonly string[];
}

/** Codes with which a caller is told of a mistake of its own, or of ours: none belongs into a load that is well formed. */
const mistakes = new Set([
  'invalid_input',
  'unknown_operation',
  'unauthenticated',
  'operation_not_permitted',
  'insufficient_trust_level',
  'policy_denied',
  'invalid_file_path',
]);

/**
 * Lets agents lock, work, hand over, remember, ask and be asked about, each in an order of its own that the seed decides,
 * until `goesOn` says no.
 */
export async function runMixedLoad(
  agents: readonly LoadAgent[],
  seed: number,
  goesOn: (agent: number, step: number) => boolean,
): Promise<Load> {
  const times = new Map<string, number[]>();
  const refusals = new Map<string, number>();
  const faults: string[] = [];
  await Promise.all(
    agents.map(async (agent, number) => {
      const dice = diceOf(seed + number);
      const step = stepsOf(watched(agent, times, refusals, faults), dice);
      for (let n = 0; goesOn(number, n); n += 1) await step(n);
    }),
  );
  return { times, refusals, faults };
}

/** Counts what an agent's calls come to. Undefined where one was refused. */
type Watched = (kind: string, calling: Promise<Outcome>) => Promise<Record<string, unknown> | undefined>;

interface WatchedAgent extends LoadAgent {
  readonly watch: Watched;
}

function watched(
  agent: LoadAgent,
  times: Map<string, number[]>,
  refusals: Map<string, number>,
  faults: string[],
): WatchedAgent {
  const refusedWith = (code: string) => refusals.set(code, (refusals.get(code) ?? 0) + 1);
  return {
    ...agent,
    async watch(kind, calling) {
      const since = performance.now();
      const outcome = await calling.catch((error: unknown) => ({
        refused: 'fault',
        status: 0,
        message: String(error),
      }));
      const taken = times.get(kind) ?? [];
      taken.push(performance.now() - since);
      times.set(kind, taken);
      if ('answer' in outcome) {
        if (outcome.answer.success === false) refusedWith(String(outcome.answer.reason ?? 'refused'));
        return outcome.answer;
      }
      if (outcome.status < 400 || outcome.status >= 500 || mistakes.has(outcome.refused))
        faults.push(`${kind}: ${outcome.status} ${outcome.refused}: ${outcome.message}`);
      else refusedWith(outcome.refused);
      return undefined;
    },
  };
}

type Dice = (sides: number) => number;

/** A sequence that looks like chance and is the same for the same seed (mulberry32). */
function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return sides => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

/** So few that agents meet all the time. */
const files = 30;

function stepsOf(agent: WatchedAgent, dice: Dice): (n: number) => Promise<unknown> {
  const { watch, call, hook } = agent;
  const file = () => `src/part-${dice(5)}/file-${dice(files / 5)}.ts`;
  const steps: readonly ((n: number) => Promise<unknown>)[] = [
    async () => {
      const file_path = file();
      const wait_seconds = dice(4) === 0 ? 1 : 0;
      const taken = await watch('lock', call('acquire_lock', { file_path, wait_seconds, ttl_minutes: 5 }));
      if (taken?.success !== true) return;
      if (dice(3) === 0) await watch('lock', call('extend_lock', { file_path }));
      await watch('lock', call('release_lock', { file_path }));
    },
    async () => {
      await watch('hook', hook('Edit', { file_path: file(), old_string: 'a', new_string: 'b' }));
      await watch('hook', hook('Bash', { command: 'git status --short' }));
    },
    () => watch('hook', hook('Bash', { command: `git push --force origin topic-${dice(3)}` })),
    async n => {
      const submission_key = dice(2) === 0 ? `task ${n}` : undefined;
      await watch(
        'queue',
        call('submit_work', {
          task_type: dice(2) === 0 ? 'implement' : 'review',
          description: `Part ${n} of the work, as large as such a text is.`,
          priority: dice(10) + 1,
          ...(submission_key === undefined ? {} : { submission_key }),
        }),
      );
    },
    async () => {
      const claimed = await watch('queue', call('get_work', {}));
      if (claimed?.success !== true) return;
      const id = claimed.task_id;
      await watch('queue', call('renew_work', { id }));
      if (dice(6) === 0) return;
      const success = dice(8) > 0;
      await watch(
        'queue',
        call('complete_work', { id, success, ...(success ? { result: { n: dice(9) } } : {}) }),
      );
    },
    async n => {
      const summary = `What part ${n} came to, and what is left of it.`;
      await watch(
        'handoff',
        call('write_handoff', { summary, next_steps: ['go on'], transfer_locks: dice(3) === 0 }),
      );
      await watch('handoff', call('read_handoff', { limit: 3 }));
    },
    n =>
      watch(
        'memory',
        call('remember', {
          summary: `Finding ${dice(200)} about file-${dice(files)}`,
          details: `seen in step ${n}`,
        }),
      ),
    () =>
      watch(
        'memory',
        call('recall', { task_description: `change file-${dice(files)} after finding ${dice(200)}` }),
      ),
    async n => {
      const asked = await watch(
        'approval',
        call('request_approval', {
          operation: 'deploy',
          resource: `stage ${dice(3)}`,
          content: `version ${n} ${dice(1_000)}`,
          justification: 'it is ready',
        }),
      );
      if (asked?.approval_id === undefined) return;
      const { approval_id } = asked;
      await watch('approval', call('check_approval', { approval_id }));
      if (dice(2) === 0) await watch('approval', call('cancel_approval', { approval_id }));
    },
    () => watch('look', call('brief_session', {})),
    () => watch('look', call('check_locks', {})),
    () => watch('look', call('discover_agents', {})),
    () => watch('look', call('list_work', { status: 'all', limit: 20 })),
    () => watch('look', call('query_audit', { limit: 20 })),
    n => watch('look', call('heartbeat', { current_task: `step ${n}` })),
  ];
  return async n => steps[dice(steps.length)]?.(n);
}

/** What a hook of Claude Code sends before a tool call of this chat. */
export function hookBody(chat: string, cwd: string, tool_name: string, tool_input: object): object {
  return {
    payload: { hook_event_name: 'PreToolUse', session_id: chat, cwd, tool_name, tool_input },
    process: { cwd },
  };
}

/** A hook that denies has refused. */
export function outcomeOfHook(answer: Record<string, unknown>): Outcome {
  return answer.decision === 'deny'
    ? { refused: 'hook_denied', status: 403, message: String(answer.reason) }
    : { answer };
}
