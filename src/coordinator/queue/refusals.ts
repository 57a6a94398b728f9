import type { AgentCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { FailureCode } from './state.ts';
import type { TaskRow } from './store.ts';

export function taskNotFound(id: string): InterlockError {
  return new InterlockError('task_not_found', `No task ${id} is in this project.`, {
    next: 'list_work shows the tasks there are.',
    params: { id },
  });
}

/** The task was submitted by somebody else. */
export function notSubmitter(row: TaskRow, what: string): InterlockError {
  return new InterlockError(
    'not_submitter',
    `${what} the task ${row.id} is for ${row.submitted_by}, who submitted it, or for a person.`,
    { next: `Ask ${row.submitted_by}, or the person at the editor.`, params: { id: row.id } },
  );
}

/** Nothing can be done to a task any more. */
export function ended(row: TaskRow): InterlockError {
  return new InterlockError('task_ended', `The task ${row.id} is ${statusOf(row)}, and stays so.`, {
    next: 'Read it with get_task. If it is to be done again, submit a new one.',
    params: { id: row.id, status: row.status, failure_code: row.failure_code },
  });
}

/**
 * Why a session may not speak for a task as its worker: it never claimed it, or its claim is over, and how.
 */
export function notYours(row: TaskRow, worker: AgentCaller): InterlockError {
  if (!row.claimants.includes(worker.sessionId)) {
    return new InterlockError('task_not_claimed', `You have not claimed the task ${row.id}.`, {
      next: 'Call get_work: it hands out the task that is next for you.',
      params: { id: row.id, status: row.status, claimed_by: row.claimed_by_agent },
    });
  }
  return new InterlockError(
    'claim_lost',
    `Your claim on the task ${row.id} is over: ${whatHappened(row, worker)}. Nothing was changed.`,
    {
      next:
        row.status === 'pending'
          ? 'Keep what you have done; call get_work to claim a task again, and renew_work while you work on it.'
          : 'Leave the task, and call get_work for another one. What you changed may be done twice: say so in a handoff.',
      params: { id: row.id, status: row.status, because: becauseOf(row), claimed_by: row.claimed_by_agent },
    },
  );
}

type Because = 'lapsed' | 'taken' | 'completed' | FailureCode;

function becauseOf(row: TaskRow): Because {
  if (row.status === 'pending') return 'lapsed';
  if (row.status === 'claimed' || row.status === 'running') return 'taken';
  return row.failure_code ?? 'completed';
}

function whatHappened(row: TaskRow, worker: AgentCaller): string {
  switch (row.status) {
    case 'pending':
      return 'it lapsed, and the task waits for a worker again';
    case 'claimed':
    case 'running':
      return `it lapsed, and ${row.claimed_by_agent} has the task now`;
    case 'completed':
      return row.claimed_by === worker.sessionId
        ? 'you have completed it'
        : `${row.claimed_by_agent} has completed it`;
    default:
      return `the task is ${statusOf(row)}`;
  }
}

function statusOf(row: TaskRow): string {
  return row.failure_message === null ? row.status : `${row.status} (${row.failure_message})`;
}
