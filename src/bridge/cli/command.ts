import type { Environment } from '../environment.ts';

/** Runs one command and answers with the exit code. */
export type Command = (args: readonly string[], environment: Environment) => Promise<number>;

/** What the program's exit code means. Scripts rely on it. */
export const exitCodes = {
  ok: 0,
  /** The answer is bad news: the audit log was tampered with. */
  bad: 1,
  /** The command was not understood. */
  usage: 2,
  /** The command could not be carried out: no coordinator, no store. */
  failed: 3,
  /** `guard`: a person must decide. */
  ask: 10,
  /** `guard`: it must not run. */
  block: 20,
} as const;
