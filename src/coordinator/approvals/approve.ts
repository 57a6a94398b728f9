import { recordOfStep } from '../audit/record.ts';
import { appendAudit, notifyEvents } from '../audit/recorder.ts';
import type { Database, Queryable } from '../database/port.ts';
import { findGrant, touch } from '../grants/store.ts';
import type { AgentCaller, OperatorCaller } from '../kernel/caller.ts';
import type { Step } from '../kernel/corridor.ts';
import type { InterlockError } from '../kernel/errors.ts';
import { type KnownPassage, known } from '../kernel/passage.ts';
import { type Ask, asksOf, rulesOf } from './asks.ts';
import { bound, hashOfContent } from './binding.ts';
import { factsOf, file, type Request, requested } from './file.ts';
import { denied, expired, grantEnded, needsSession, notFound, pending, used } from './refusals.ts';
import { type ApprovalRow, consume, findApproval, findStanding, giveBack } from './store.ts';
import { summarize } from './summary.ts';

/**
 * Step 5: where a policy or a finding asks for a person, the call of an agent passes under a session grant that covers
 * every rule that asks, or with an approval for exactly this call, which it uses up in its own transaction. Otherwise
 * a person is asked, or has answered already, and the call is refused with what they said.
 *
 * Operators and the coordinator itself need nobody's leave.
 */
export function createApproveStep(database: Database): Step {
  return async passage => {
    const current = known(passage);
    const asks = asksOf(current);
    const { caller } = current;
    if (asks.length === 0 || caller.kind === 'operator' || caller.kind === 'system') return;
    if (caller.kind === 'local') throw needsSession(passage.operation.name, asks);

    const request = requestOf(current, caller, asks);
    const { binding } = request;
    passage.facts.content_hash = Buffer.from(binding.contentHash).toString('hex');

    const rules = rulesOf(asks);
    const db = database.within(binding.projectId);
    const grant = await findGrant(db, { ...binding, rules });
    const standing = await findStanding(db, binding);
    if (grant) {
      passage.facts.grant_id = grant.id;
      passage.allowedBy = operator(grant.granted_by, grant.granted_by_name);
      passage.before.push(async tx => {
        if (!(await touch(tx, grant.id))) throw grantEnded(grant.id);
      });
      // The approval that came with the grant, or was left from before it, is for this very call: it must not linger.
      if (standing && covers(standing, rules)) {
        passage.before.push(async tx => {
          if (await useUp(tx, standing)) passage.facts.approval_id = standing.id;
        });
        passage.unused.push(tx => giveBack(tx, standing.id));
      }
      return;
    }
    const row = standing && answers(standing, rules) ? standing : undefined;
    const { row: found, isNew } = row ? { row, isNew: false } : await ask(database, current, request);
    passage.facts.approval_id = found.id;
    if (!covers(found, rules)) throw refusal(found, asks, isNew);
    passage.allowedBy = operator(found.decided_by, found.decided_by_name);
    passage.before.push(async tx => {
      if (!(await useUp(tx, found))) throw await whyNot(tx, found);
    });
    passage.unused.push(tx => giveBack(tx, found.id));
  };
}

/** True where the request needs no new one beside it: it can be used, is still to be decided, or is a no that stands. */
function answers(row: ApprovalRow, rules: readonly string[]): boolean {
  return row.status === 'pending' || covers(row, rules) || row.stands_until !== null;
}

/** True where the call passes with it: approved, and nothing asks now that the person was not told of. */
function covers(row: ApprovalRow, rules: readonly string[]): boolean {
  return row.status === 'approved' && rules.every(rule => row.rules.includes(rule));
}

function refusal(row: ApprovalRow, asks: readonly Ask[], isNew: boolean): InterlockError {
  if (row.status === 'denied') return denied(row);
  if (row.status === 'expired') return expired(row);
  return pending(row, asks, isNew);
}

/** Whoever gave leave: the tables hold no approval and no grant of rules without one. */
function operator(operatorId: string | null, name: string | null): OperatorCaller {
  if (operatorId === null || name === null) throw new Error('leave was given by nobody');
  return { kind: 'operator', operatorId, name };
}

function requestOf(passage: KnownPassage, agent: AgentCaller, asks: readonly Ask[]): Request {
  const { operation, input, place, resource, decision } = passage;
  const content = operation.content ? operation.content(input) : input;
  return {
    project: place.project,
    agent,
    binding: {
      projectId: place.project.id,
      sessionId: agent.sessionId,
      filedBy: 'corridor',
      operation: operation.name,
      resource: bound(resource),
      contentHash: hashOfContent(content),
    },
    asks,
    policy: decision,
    summary: summarize(operation.intent?.(input, place), content, passage),
  };
}

/** Files the request in a transaction of its own, on the record before anybody is told of it. */
function ask(
  database: Database,
  passage: KnownPassage,
  request: Request,
): Promise<{ row: ApprovalRow; isNew: boolean }> {
  const { projectId } = request.binding;
  return database.transaction(
    async tx => {
      const filed = await file(tx, request);
      if (filed.isNew) {
        const resource = { type: 'Approval', id: filed.row.id };
        await appendAudit(
          tx,
          projectId,
          recordOfStep(passage, { operation: 'request_approval', resource, facts: factsOf(filed.row) }),
        );
        await notifyEvents(tx, [{ project: projectId, ...requested(filed.row) }]);
      }
      return filed;
    },
    { projectId },
  );
}

/** Uses the approval up and tells it; false where it could not be used any more. */
async function useUp(tx: Queryable, { id, project_id, agent_id }: ApprovalRow): Promise<boolean> {
  if (!(await consume(tx, id))) return false;
  await notifyEvents(tx, [
    { project: project_id, topic: 'approval.consumed', subject: id, facts: { agent: agent_id } },
  ]);
  return true;
}

/** What happened to an approval between the look at it and its use. */
async function whyNot(tx: Queryable, { id, project_id }: ApprovalRow): Promise<InterlockError> {
  const row = await findApproval(tx, project_id, id);
  if (!row) return notFound(id);
  return row.status === 'consumed' ? used(row) : expired(row);
}
