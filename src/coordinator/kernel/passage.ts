import type { Queryable } from '../database/port.ts';
import type { Caller, Credential, OperatorCaller, Place } from './caller.ts';
import type { Decision } from './decision.ts';
import type { CommandStep, Finding, PathIntent } from './intent.ts';
import type { Access, Operation, Resource } from './operation.ts';

/** Where a call came in. */
export type Door = 'mcp' | 'http' | 'hook' | 'system';

/** A call as a door hands it to the corridor: nothing in it is believed yet. */
export interface Call {
  readonly operation: Operation;
  readonly input: unknown;
  readonly door: Door;
  readonly credential: Credential;
  /** The folder the caller works in, absolute; or null where `projectKey` says it all. */
  readonly cwd: string | null;
  /** Overrides the project that the folder belongs to. */
  readonly projectKey?: string;
  readonly signal?: AbortSignal;
  /** Told each time the call starts or goes on waiting, so that a door can report progress. */
  readonly onWaiting?: (waitedMs: number, patienceMs: number) => void;
}

/**
 * One call on its way through the corridor. Each step reads what the steps before it found out and adds its own;
 * a step that cannot do its work throws, and the call is refused.
 */
export interface Passage {
  readonly call: Call;
  readonly operation: Operation;
  place?: Place;
  caller?: Caller;
  input?: Record<string, unknown>;
  access?: Access;
  resource?: Resource;
  /** Everything the call is about, `resource` among it. Never empty. */
  resources?: readonly Resource[];
  decision?: Decision;
  findings: readonly Finding[];
  /** Files that the call would touch: those its intent names, and those that the guard found a command to touch. */
  touched: readonly PathIntent[];
  /** Hosts that the call would reach: those its intent names, and those that a command was found to contact. */
  reached: readonly string[];
  /** What the call would run, step by step, as the guard read it: for people. */
  steps: readonly CommandStep[];
  /** The person whose approval or grant lets the call pass, where one was asked. */
  allowedBy?: OperatorCaller;
  /** Done inside the transaction of the act, before the handler: an approval is consumed there. */
  before: ((tx: Queryable) => Promise<void>)[];
  /** Done in the transaction of an answer that says that nothing was done: what was used up for it is given back. */
  unused: ((tx: Queryable) => Promise<void>)[];
  /** Facts for the audit record that steps and the handler leave. Never secrets. */
  facts: Record<string, unknown>;
  /** How long it has slept until something happened, in milliseconds. */
  waitedMs: number;
  output?: unknown;
}

/** What every step after identify and validate may rely on. */
export interface KnownPassage extends Passage {
  place: Place;
  caller: Caller;
  input: Record<string, unknown>;
  access: Access;
  resource: Resource;
  resources: readonly Resource[];
}

/** The passage with everything that identify and validate find out; a step that runs before them is a defect. */
export function known(passage: Passage): KnownPassage {
  const { place, caller, input, access, resource, resources } = passage;
  if (!place || !caller || !input || !access || !resource || !resources) {
    throw new Error(`a step of ${passage.operation.name} ran before identify and validate`);
  }
  return passage as KnownPassage;
}
