import { distance, facts, table } from './print.ts';

/** What is shown of a session, a lock and an approval: the fields of the operations that list them. */
export interface SessionLine {
  readonly session_id: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly status: string;
  readonly current_task: string | null;
  readonly last_seen_at: string;
}

export interface LockLine {
  readonly file_path: string;
  readonly mode: string;
  readonly locked_by: string;
  readonly lock_reason: string | null;
  readonly expires_at: string;
}

export interface ApprovalLine {
  readonly approval_id: string;
  readonly agent_id: string;
  readonly operation: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly asks: readonly { readonly effect: string }[];
  readonly requested_at: string;
  readonly expires_at: string;
}

export function sessionTable(sessions: readonly SessionLine[], now: number): string {
  if (sessions.length === 0) return 'No agent is at work here.';
  return table(
    ['AGENT', 'TYPE', 'STATE', 'LAST SEEN', 'TASK'],
    sessions.map(session => [
      session.agent_id,
      session.agent_type,
      session.status,
      `${distance(session.last_seen_at, now)} ago`,
      session.current_task ?? '',
    ]),
  );
}

export function lockTable(locks: readonly LockLine[], now: number): string {
  if (locks.length === 0) return 'Nothing is locked.';
  return table(
    ['LOCKED', 'MODE', 'BY', 'FOR ANOTHER', 'REASON'],
    locks.map(lock => [
      lock.file_path,
      lock.mode,
      lock.locked_by,
      distance(lock.expires_at, now),
      lock.lock_reason ?? '',
    ]),
  );
}

export function approvalTable(approvals: readonly ApprovalLine[], now: number): string {
  if (approvals.length === 0) return 'Nothing waits for a person.';
  return table(
    ['APPROVAL', 'BY', 'ASKED', 'UNTIL', 'WHAT', 'WHY'],
    approvals.map(approval => [
      approval.approval_id,
      approval.agent_id,
      `${distance(approval.requested_at, now)} ago`,
      `in ${distance(approval.expires_at, now)}`,
      beginning(whatIsAsked(approval)),
      approval.asks[0]?.effect ?? '',
    ]),
  );
}

/** One request, whole: what somebody reads who is about to decide it. */
export function approvalFacts(approval: ApprovalLine, now: number): string {
  return facts([
    ['Approval', approval.approval_id],
    ['By', approval.agent_id],
    ['What', whatIsAsked(approval)],
    ...approval.asks.map(({ effect }): [string, string] => ['Why', effect]),
    ['Asked', `${distance(approval.requested_at, now)} ago`],
    ['Until', `in ${distance(approval.expires_at, now)}`],
  ]);
}

/** The command, file or address of a tool call says it by itself; elsewhere it takes the operation's name. */
function whatIsAsked({ operation, resource }: ApprovalLine): string {
  return resource.type === 'Tool' ? resource.id : `${operation} ${resource.id}`;
}

/** As much as leaves room for the other columns of a terminal. */
function beginning(text: string): string {
  const most = 60;
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

export interface ApiKeyLine {
  readonly key_id: string;
  readonly name: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked: object | null;
}

export function apiKeyTable(keys: readonly ApiKeyLine[], now: number): string {
  if (keys.length === 0) return 'No API key is in force here.';
  return table(
    ['KEY', 'FOR', 'TYPE', 'LAST USED', 'ENDS', 'NAME'],
    keys.map(key => [
      key.key_id,
      key.agent_id,
      key.agent_type,
      key.last_used_at === null ? 'never' : `${distance(key.last_used_at, now)} ago`,
      key.revoked ? 'revoked' : key.expires_at === null ? 'never' : `in ${distance(key.expires_at, now)}`,
      key.name,
    ]),
  );
}
