import type { Harness, HookAnswer } from '../../coordinator/tool-use/harnesses.ts';
import { outputOf } from '../../coordinator/tool-use/hook-output.ts';

/** Speaks once for the whole process, and ends it: harnesses let a call through whose hook fails in any other way. */
export interface LastWord {
  /** Prints the answer, if it has anything to say, and ends the process with code 0. Only the first call counts. */
  say(answer: HookAnswer): void;
  /** The same for a call that could not be judged: denies a tool call, and has no word on other events. */
  fail(what: string): void;
  /** The harness that turned out to call. */
  speakTo(harness: Harness): void;
}

export interface LastWordOptions {
  readonly harness: Harness;
  /** By the name that most harnesses use. */
  readonly event: string;
  /** From now on; the harness's own time-out must be later. */
  readonly deadlineMs: number;
}

/** How long the other side has to take what was printed. */
const printingMs = 1_000;

/**
 * Makes sure that a tool call is denied and not let through, whatever happens to this process: the deadline, a signal,
 * an error that nobody caught, or simply nothing left to do. Other events end without a word then.
 */
export function takeLastWord({ harness: installedFor, event, deadlineMs }: LastWordOptions): LastWord {
  let harness = installedFor;
  let said = false;

  function say(answer: HookAnswer): void {
    if (said) return;
    said = true;
    const output = outputOf(harness, event, answer);
    if (output === undefined) process.exit(0);
    // Nobody listens any more, or nobody reads: there is no one left to tell.
    process.stdout.once('error', () => process.exit(0));
    setTimeout(() => process.exit(0), printingMs);
    process.stdout.write(`${output}\n`, () => process.exit(0));
  }

  function fail(what: string): void {
    say({
      decision: 'deny',
      reason: `Interlock could not judge this call: ${what}. It was not let through. Try again; if it happens twice, tell the person at the editor.`,
    });
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => fail(`its hook was stopped (${signal}) before there was a decision`));
  }
  process.on('uncaughtException', error => fail(`its hook failed (${error.message})`));
  process.on('unhandledRejection', reason =>
    fail(`its hook failed (${reason instanceof Error ? reason.message : String(reason)})`),
  );
  process.on('beforeExit', () => fail('its hook ended without a decision'));
  setTimeout(() => fail(`there was no decision within ${Math.round(deadlineMs / 1000)} s`), deadlineMs);

  return {
    say,
    fail,
    speakTo(found) {
      harness = found;
    },
  };
}
