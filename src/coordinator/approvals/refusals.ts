import { InterlockError } from '../kernel/errors.ts';
import type { Ask } from './asks.ts';
import type { ApprovalRow } from './store.ts';

/** A person has to decide first; the request waits for them. */
export function pending(row: ApprovalRow, asks: readonly Ask[], isNew: boolean): InterlockError {
  return new InterlockError(
    'approval_pending',
    `This needs a person’s approval: ${effectsOf(asks)}. ${
      isNew ? 'They have been asked' : 'They have been asked already'
    } (approval ${row.id}).`,
    {
      next: `Call wait_for_approval with approval_id ${row.id}, and when it is approved repeat this call unchanged.`,
      params: {
        approval_id: row.id,
        expires_at: row.expires_at.toISOString(),
        operation: row.operation,
        rules: row.rules,
        is_new: isNew,
      },
    },
  );
}

/** A person said no to exactly this, and the no still stands. */
export function denied(row: ApprovalRow): InterlockError {
  const by = row.decided_by_name ?? 'a person';
  return new InterlockError(
    'approval_denied',
    `This was denied by ${by}${row.reason ? `: ${row.reason}` : ', who gave no reason'}.`,
    {
      next: `Do not repeat it. Find another way, or do what ${by} said. Asked again unchanged, it gets the same answer for now.`,
      params: {
        approval_id: row.id,
        decided_by: row.decided_by_name,
        decided_at: row.decided_at?.toISOString() ?? null,
        reason: row.reason,
        ask_again_at: row.stands_until?.toISOString() ?? null,
      },
    },
  );
}

/** Nobody decided, or what was decided was not used while it held. */
export function expired(row: ApprovalRow): InterlockError {
  const what = row.decided_at
    ? `was approved by ${row.decided_by_name} and not used before ${row.expires_at.toISOString()}`
    : `was decided by nobody before ${row.expires_at.toISOString()}, which counts as no`;
  return new InterlockError('approval_expired', `The approval ${row.id} for ${row.operation} ${what}.`, {
    next: 'Ask again when it is still needed and a person is there.',
    params: {
      approval_id: row.id,
      expires_at: row.expires_at.toISOString(),
      ask_again_at: row.stands_until?.toISOString() ?? null,
    },
  });
}

/** Another call was quicker with the one use that an approval has. */
export function used(row: ApprovalRow): InterlockError {
  return new InterlockError('approval_used', `The approval ${row.id} held for one call, and was used.`, {
    next: 'Repeat the call to ask a person again, if it is still needed.',
    params: { approval_id: row.id, closed_at: row.closed_at?.toISOString() ?? null },
    retryable: true,
  });
}

/** The request cannot be decided or withdrawn any more, and why. */
export function alreadyClosed(row: ApprovalRow): InterlockError {
  if (row.status === 'expired') return expired(row);
  const by =
    row.status === 'cancelled' ? `withdrawn (${row.close_reason})` : `decided by ${row.decided_by_name}`;
  const how = row.status === 'denied' ? 'denied' : 'approved';
  const at = (row.status === 'cancelled' ? row.closed_at : row.decided_at)?.toISOString() ?? null;
  return new InterlockError(
    'approval_already_decided',
    `The request ${row.id} was ${by} at ${at}${row.status === 'cancelled' ? '' : `: ${how}`}.`,
    {
      next: 'Nothing is left to decide. A new request will come if the agent asks again.',
      params: {
        approval_id: row.id,
        status: row.status,
        decided_by: row.decided_by_name,
        decided_at: row.decided_at?.toISOString() ?? null,
        reason: row.reason,
      },
    },
  );
}

export function notFound(id: string): InterlockError {
  return new InterlockError('approval_not_found', `No approval of yours in this project has the id ${id}.`, {
    next: 'Use the approval_id of the answer that said approval_pending.',
    params: { approval_id: id },
  });
}

/** The grant that the call relied on ended while the call was on its way. */
export function grantEnded(id: string): InterlockError {
  return new InterlockError('grant_not_found', `The grant ${id} ended while the call was on its way.`, {
    next: 'Repeat the call; a person is asked if that is needed now.',
    params: { grant_id: id },
    retryable: true,
  });
}

/** What a process without a session cannot do: nobody could be told the answer. */
export function needsSession(operation: string, asks: readonly Ask[]): InterlockError {
  return new InterlockError(
    'unauthenticated',
    `${operation} needs a person’s approval, which only a session can ask for: ${effectsOf(asks)}.`,
    { next: 'Call register_session first, and send its token.' },
  );
}

function effectsOf(asks: readonly Ask[]): string {
  const effects = [...new Set(asks.map(ask => ask.effect))];
  const more = effects.length - 3;
  return `${effects.slice(0, 3).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
