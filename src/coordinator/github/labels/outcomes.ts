import type { Queryable } from '../../database/port.ts';
import { sql } from '../../database/sql.ts';
import type { StepOutcome } from './steps.ts';
import type { Outcome } from './view.ts';

/** Whose outcome it is, and which. */
export interface OutcomeKey {
  readonly itemId: string;
  readonly label: string;
  readonly decidedFor: Date;
}

type NewOutcome = Pick<Outcome, 'outcome' | 'login'> &
  Partial<Pick<Outcome, 'code' | 'reason' | 'path' | 'submission_key'>> & { readonly task_id?: string };

/** Writes down what became of a label; what it does not say stays. */
export async function keepOutcome(
  tx: Queryable,
  projectId: string,
  { itemId, label, decidedFor }: OutcomeKey,
  { outcome, login, code = null, reason = null, path = null, submission_key = null, task_id }: NewOutcome,
): Promise<void> {
  await tx.query(sql`
    insert into github_outcomes as known (
      project_id, item_id, label, decided_for, outcome, code, reason, login, path, submission_key, task_id
    ) values (
      ${projectId}, ${itemId}, ${label}, ${decidedFor}, ${outcome}, ${code}, ${reason}, ${login}, ${path}, ${submission_key},
      ${task_id ?? null}
    )
    on conflict (item_id, label, decided_for) do update set
      outcome = excluded.outcome, code = excluded.code, reason = excluded.reason, login = excluded.login,
      path = coalesce(excluded.path, known.path), task_id = coalesce(excluded.task_id, known.task_id),
      submission_key = coalesce(excluded.submission_key, known.submission_key), changed_at = clock_timestamp()`);
}

/** Writes down what came of steps; of labels that nobody asks about any more nothing is kept. */
export async function keepStepOutcomes(
  tx: Queryable,
  projectId: string,
  outcomes: readonly StepOutcome[],
): Promise<void> {
  for (const { item_id, label, decided_for, outcome, code, reason } of outcomes) {
    await tx.query(sql`
      update github_outcomes set outcome = ${outcome}, code = ${code}, reason = ${reason}, changed_at = clock_timestamp()
      where project_id = ${projectId} and item_id = ${item_id} and label = ${label} and decided_for = ${decided_for}`);
  }
}

export async function forgetOutcome(tx: Queryable, { itemId, label, decidedFor }: OutcomeKey): Promise<void> {
  await tx.query(sql`
    delete from github_outcomes where item_id = ${itemId} and label = ${label} and decided_for = ${decidedFor}`);
}

/** Whoever has the task was told. */
export async function markTold(tx: Queryable, { itemId, label, decidedFor }: OutcomeKey): Promise<void> {
  await tx.query(sql`
    update github_outcomes set told = true
    where item_id = ${itemId} and label = ${label} and decided_for = ${decidedFor}`);
}
