import type { InterlockError } from '../../coordinator/kernel/errors.ts';
import {
  eventOf,
  type Harness,
  type HookAnswer,
  harnesses,
  harnessOf,
  isHarness,
  isLeftToPlugin,
  sessionIn,
} from '../../coordinator/tool-use/harnesses.ts';
import { notUnderstood } from '../../coordinator/tool-use/hook-output.ts';
import type { Environment } from '../environment.ts';
import { type Budget, budgetOf, defaultTimeoutSeconds, sinceStartMs } from './budget.ts';
import { consult } from './consult.ts';
import { judgeBeside } from './judge-beside.ts';
import { type LastWord, takeLastWord } from './last-word.ts';
import { nameChat } from './name-chat.ts';
import { readPayload } from './payload.ts';

/** Events worth starting a coordinator for. The others matter only to one that runs. */
const startsCoordinator = new Set(['PreToolUse', 'SessionStart', 'UserPromptSubmit']);

/** The agent waits for these too, and they are not worth its time: in seconds, as a harness's time-out. */
const otherEventSeconds = 10;
/**
 * A third of it is for starting a coordinator, which a machine that is busy with others takes several seconds for. Given up
 * sooner, the agent that is the first of the day would not be told where it stands.
 */
const startingEventSeconds = 30;

/** No harness gives more, and a timer takes no more than 24 days. */
const longestTimeoutSeconds = 3_600;

const nothing: HookAnswer = { decision: 'none' };

/**
 * `hook <harness> <event> [--timeout <seconds>]`: reads the harness's payload on standard input and answers on standard
 * output with a decision, or nothing. Whatever happens, it ends with code 0 before the time-out (which is the one that
 * was registered with the harness), and a tool call that nobody could judge is not let through.
 */
export async function hook(args: readonly string[], readEnvironment: () => Environment): Promise<void> {
  const call = readArguments(args);
  const budget = budgetOf(call.timeoutSeconds);
  const last = takeLastWord({
    harness: call.harness,
    event: call.event,
    deadlineMs: budget.deadlineMs - sinceStartMs(),
  });
  try {
    last.say(await answerTo(call, budget, readEnvironment(), last));
  } catch (error) {
    last.fail(`its hook failed (${error instanceof Error ? error.message : String(error)})`);
  }
}

async function answerTo(
  call: HookArguments,
  budget: Budget,
  environment: Environment,
  last: LastWord,
): Promise<HookAnswer> {
  if (call.mistake !== undefined) return { decision: 'deny', reason: call.mistake };
  const payload = await readPayload(process.stdin);
  if ('missing' in payload) return notUnderstood(payload.missing);
  if (isLeftToPlugin(call.harness, payload.value, environment.pluginIsRun)) return nothing;
  last.speakTo(harnessOf(call.harness, payload.value));
  if (call.event === 'SessionStart')
    nameChat(environment, harnessOf(call.harness, payload.value), sessionIn(payload.value));
  const consultation = await consult(environment, {
    harness: call.harness,
    event: call.event,
    payload: payload.value,
    start: startsCoordinator.has(call.event),
    reachMs: budget.reachMs,
    startMs: budget.startMs,
    answerMs: budget.answerMs - sinceStartMs(),
  });
  if (consultation.kind === 'answered') return consultation.answer;
  if (call.event !== 'PreToolUse') return nothing;
  if (consultation.kind === 'refused') return { decision: 'deny', reason: sentence(consultation.error) };
  return withoutCoordinator(call, payload.value, consultation.error, environment);
}

interface HookArguments {
  readonly harness: Harness;
  readonly event: string;
  readonly timeoutSeconds: number;
  /** How the hook is registered wrongly. */
  readonly mistake?: string;
}

function readArguments(args: readonly string[]): HookArguments {
  const [harness = '', event = '', option, seconds] = args;
  const timeoutSeconds = option === '--timeout' ? Number(seconds) : defaultTimeoutSeconds;
  const known = isHarness(harness);
  const wrong =
    !known || event === '' || !(timeoutSeconds > 0) || (option !== undefined && option !== '--timeout');
  return {
    harness: known ? harness : 'claude',
    event: eventOf(event),
    timeoutSeconds: Math.min(
      timeoutSeconds > 0 ? timeoutSeconds : defaultTimeoutSeconds,
      longestSecondsOf(eventOf(event)),
    ),
    ...(wrong ? { mistake: usage(args) } : {}),
  };
}

function longestSecondsOf(event: string): number {
  if (event === 'PreToolUse') return longestTimeoutSeconds;
  return startsCoordinator.has(event) ? startingEventSeconds : otherEventSeconds;
}

function usage(args: readonly string[]): string {
  return `Interlock's hook is registered with arguments that it does not take (${JSON.stringify(args).slice(0, 200)}): hook <${harnesses.join('|')}> <event> [--timeout <seconds>]. Install it again from the editor.`;
}

async function withoutCoordinator(
  call: HookArguments,
  payload: unknown,
  error: InterlockError,
  environment: Environment,
): Promise<HookAnswer> {
  const because = `Interlock's coordinator could not be asked. ${sentence(error)}`;
  if (environment.whenUnavailable === 'allow') return nothing;
  if (environment.whenUnavailable === 'deny') return { decision: 'deny', reason: because };
  return judgeBeside({ harness: call.harness, event: call.event, payload }, environment, because);
}

function sentence(error: InterlockError): string {
  return [error.message, error.next].filter(Boolean).join(' ');
}
