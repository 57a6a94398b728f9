import type { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import type { Caller, CallerKind, OperatorCaller, Place } from './caller.ts';
import type { Decision } from './decision.ts';
import type { CoordinatorEvent } from './events.ts';
import type { Finding, Inspection, Intent, PathIntent } from './intent.ts';
import type { Trouble } from './troubles.ts';

/** The Cedar action groups: what trust an operation asks for (reads 1, writes 2, admin 3). */
export type Access = 'read' | 'write' | 'admin';

/** What an operation is about, as policies and the record name it. */
export interface Resource {
  readonly type:
    | 'File'
    | 'Session'
    | 'Approval'
    | 'Grant'
    | 'Task'
    | 'Memory'
    | 'Domain'
    | 'Policy'
    | 'Tool'
    | 'Project';
  readonly id: string;
}

/** What a handler works with. Everything it changes goes through `tx`: one transaction with its record (a read runs without). */
export interface OperationContext extends Place {
  readonly tx: Queryable;
  readonly caller: Caller;
  /** Files that the call would touch, as the guard step found out. */
  readonly touched: readonly PathIntent[];
  /** What stands against the call or is worth knowing; where one of them asks, a person has agreed. */
  readonly findings: readonly Finding[];
  /** What the guard says of an intent that this call only talks about: text that others will act on, a check beforehand. */
  readonly inspect: (intent: Intent) => Promise<Inspection>;
  /** True where a person was asked about this very call, or for a grant that covers it, and allowed it. */
  readonly allowedByPerson: boolean;
  /** That person. */
  readonly allowedBy: OperatorCaller | undefined;
  /** Every operation there is, for those that speak of others. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** What the authorize step would say if the caller made this call now. Asking counts against no limit. */
  readonly judge: (operation: Operation, input: Record<string, unknown>) => Promise<Decision>;
  /** What does not work at the moment as it should. */
  readonly troubles: () => readonly Trouble[];
  /** Tells subscribers after commit. */
  readonly emit: (event: Omit<CoordinatorEvent, 'project'>) => void;
  /** Adds facts to the audit record of this call: a fence, an approval, a command hash. Never secrets. */
  readonly note: (facts: Readonly<Record<string, unknown>>) => void;
  /** True while the operation's patience lasts: it may answer {@link waitFor} instead of giving up. */
  readonly mayWait: boolean;
  /** False on the first attempt, true when the handler runs again after a wait. */
  readonly hasWaited: boolean;
}

/** An answer that is not there yet: run me again when one of these topics is heard, or at `wakeAt`. */
export class Waiting {
  readonly topics: readonly string[];
  readonly wakeInMs: number | undefined;

  constructor(topics: readonly string[], wakeInMs?: number) {
    this.topics = topics;
    this.wakeInMs = wakeInMs;
  }
}

/**
 * Ends this attempt without an answer: the transaction commits, and the handler runs again when an event on one of
 * the topics is heard, after `wakeInMs`, or when its patience is over (then with `mayWait` false).
 */
export function waitFor(topics: readonly string[], wakeInMs?: number): Waiting {
  return new Waiting(topics, wakeInMs);
}

/** The answer to empty input, as a resource. */
export interface Feed {
  readonly uri: string;
  readonly title: string;
  readonly topics: readonly string[];
  /** The answer's `text` is the resource, instead of the whole answer as JSON. */
  readonly asText?: boolean;
}

/** What a client can complete while a person types it. */
export type Completes = 'file_path' | 'agent' | 'task_type' | 'nothing';

/** An answer that a person puts before a model. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  /** For the person who chooses it. */
  readonly description: string;
  /** Fields of the input, all of them text, that are its arguments, and what completes each. */
  readonly arguments: Readonly<Record<string, Completes>>;
}

/**
 * Everything that a caller can ask for, declared once. (The members are methods, so that a list can hold operations of
 * different inputs.) From it come the MCP tool, the HTTP endpoint, the OpenAPI
 * entry, the typed client method, the policy action, the audit record's name and the reference page.
 */
export interface Operation<
  Name extends string = string,
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodType = z.ZodType,
> {
  readonly name: Name;
  readonly title: string;
  /** Written for a model that decides whether to call it: what it does, when to use it, what it answers. */
  readonly description: string;
  readonly access: Access | { of(input: z.output<Input>): Access };
  /** Which kinds of caller may ever call it. Default: agents, operators and the system. */
  readonly callers?: readonly CallerKind[];
  /** Open to every trust ≥ 1: it is about the caller's own session or request. */
  readonly ownAffair?: boolean;
  /** False keeps it from the MCP tool list: it belongs to hooks or the editor. */
  readonly tool?: boolean;
  /** Repeating the call with the same input leaves the same state. */
  readonly idempotent?: boolean;
  /** Ends something that others rely on. */
  readonly destructive?: boolean;
  readonly input: Input;
  readonly output: Output;
  /** What the record and an approval name. */
  resource(input: z.output<Input>, place: Place): Resource;
  /** Everything the call is about, where that is more than `resource`: policies judge each. */
  resources?(input: z.output<Input>, place: Place): readonly Resource[];
  /** Types of things that it may be about beyond what a sample of its input shows. */
  readonly about?: readonly Resource['type'][];
  /** Files that the call changes, or claims in order to change them, beside those that its intent touches. */
  changes?(input: z.output<Input>, place: Place): readonly string[];
  /** What the call is about to do beyond the coordinator's own tables: the guard judges it. */
  intent?(input: z.output<Input>, place: Place): Intent;
  /** The part of the input an approval is bound to. Default: all of it. */
  content?(input: z.output<Input>): unknown;
  /**
   * Whether a call that was carried out is recorded, by its input and its answer. Default: writes and admin operations
   * are, reads are not. Denials always are.
   */
  audited?(input: z.output<Input>, output: z.output<Output>): boolean;
  /** A read that matters to a reviewer (who recalled what, who read the log): it is recorded in batches. */
  readonly readMatters?: boolean;
  /** Offers the answer to empty input as an MCP resource that changes whenever one of the topics is heard. */
  readonly feed?: Feed;
  /** Offers the `text` of the answer as an MCP prompt. */
  readonly prompt?: Prompt;
  /** How long the call may wait for something to happen, in milliseconds. Default: it does not wait. */
  patienceMs?(input: z.output<Input>): number;
  run(context: OperationContext, input: z.output<Input>): Promise<z.input<Output> | Waiting>;
  /** Called in a transaction of its own when the caller goes away while it waits. */
  abandon?(context: OperationContext, input: z.output<Input>): Promise<void>;
}

/** Declares an operation; the types of input and output follow from the schemas. */
export function operation<const Name extends string, Input extends z.ZodObject, Output extends z.ZodType>(
  declaration: Operation<Name, Input, Output>,
): Operation<Name, Input, Output> {
  return declaration;
}

/** The access a call asks for, which may depend on its input. */
export function accessOf(operation: Operation, input: Record<string, unknown>): Access {
  return typeof operation.access === 'object' ? operation.access.of(input) : operation.access;
}

/** True for an answer by which an operation says that it did nothing: another session holds the file, the task is taken. */
export function saysNo(output: unknown): output is { readonly success: false; readonly reason?: unknown } {
  return typeof output === 'object' && output !== null && 'success' in output && output.success === false;
}
