import canonicalize from 'canonicalize';
import { nameOf } from '../kernel/caller.ts';
import type { Refusal } from '../kernel/corridor.ts';
import { saysNo } from '../kernel/operation.ts';
import type { Passage } from '../kernel/passage.ts';

/** What happened to a call, in one word: carried out, answered with a domain refusal, or stopped in the corridor. */
export type Outcome = 'done' | 'refused' | 'denied';

/** The content of one audit record. Its canonical JSON is what is stored and hashed. */
export interface AuditRecord {
  readonly version: 1;
  readonly operation: string;
  readonly outcome: Outcome;
  readonly caller: { readonly kind: string; readonly name: string };
  readonly agent_id: string | null;
  readonly agent_type: string | null;
  readonly session_id: string | null;
  readonly delegated_from: string | null;
  readonly door: string;
  readonly resource: { readonly type: string; readonly id: string } | null;
  readonly access: string | null;
  /** Error code of a refusal, or the `reason` of an answer that says `success: false`. */
  readonly code: string | null;
  /** The step of the corridor that refused. */
  readonly step: string | null;
  readonly decision: unknown;
  readonly findings: readonly unknown[];
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Resources are cut here, so that a hostile path cannot blow up the log. */
const longestResource = 1024;

/** The record of a call that was carried out, or answered `success: false`. */
export function recordOfAct(passage: Passage): AuditRecord {
  const refusedWith = domainRefusalOf(passage.output);
  return { ...recordOf(passage), outcome: refusedWith === null ? 'done' : 'refused', code: refusedWith };
}

/** The record of a call that a step of the corridor refused. */
export function recordOfRefusal(passage: Passage, { step, error }: Refusal): AuditRecord {
  return { ...recordOf(passage), outcome: 'denied', code: error.code, step };
}

/** What was done, in a record that no call of its own stands behind. */
export interface Deed extends Pick<AuditRecord, 'operation' | 'resource' | 'facts'> {
  /** The session it was done to, where it was one. */
  readonly session?: Partial<Pick<AuditRecord, 'session_id' | 'agent_id' | 'agent_type' | 'delegated_from'>>;
}

/** The record of what a step of the corridor did on the way of a call: it filed a request for approval. */
export function recordOfStep(passage: Passage, { operation, resource, facts }: Deed): AuditRecord {
  return { ...recordOf(passage), operation, resource, facts, outcome: 'done' };
}

/** The record of what the coordinator did unasked. `name` says which part of it: `expiry`, `clean-up`. */
export function recordOfSystem(name: string, { operation, resource, facts, session }: Deed): AuditRecord {
  return {
    version: 1,
    operation,
    outcome: 'done',
    caller: { kind: 'system', name },
    agent_id: session?.agent_id ?? null,
    agent_type: session?.agent_type ?? null,
    session_id: session?.session_id ?? null,
    delegated_from: session?.delegated_from ?? null,
    door: 'system',
    resource,
    access: null,
    code: null,
    step: null,
    decision: null,
    findings: [],
    facts,
  };
}

/** The exact text that is stored and hashed. */
export function canonicalText(record: AuditRecord): string {
  const text = canonicalize(record);
  if (text === undefined) throw new Error('an audit record must be JSON');
  return text;
}

function recordOf(passage: Passage): Omit<AuditRecord, 'outcome' | 'code'> & { code: null } {
  const { caller, resource, access, decision, findings, facts, operation, call } = passage;
  const agent = caller?.kind === 'agent' ? caller : undefined;
  return {
    version: 1,
    operation: operation.name,
    caller: { kind: caller?.kind ?? 'unknown', name: caller ? nameOf(caller) : 'unknown' },
    agent_id: agent?.agentId ?? null,
    agent_type: agent?.agentType ?? null,
    session_id: agent?.sessionId ?? null,
    delegated_from: agent?.delegatedFrom ?? null,
    door: call.door,
    resource: resource ? { type: resource.type, id: resource.id.slice(0, longestResource) } : null,
    access: access ?? null,
    code: null,
    step: null,
    decision: decision ?? null,
    findings,
    facts,
  };
}

function domainRefusalOf(output: unknown): string | null {
  if (!saysNo(output)) return null;
  return typeof output.reason === 'string' ? output.reason : 'refused';
}
