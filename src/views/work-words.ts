import * as l10n from '@vscode/l10n';
import { colors } from '../extension/ids.ts';
import type { Task } from '../extension/project-state.ts';
import { countdown } from './durations.ts';
import type { Icon } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';

type Status = Task['status'];

/** Where a task stands for whoever looks at the queue: what needs a person, what goes on, what comes next, what is over. */
export const stages = ['held', 'atWork', 'ready', 'waiting', 'ended'] as const;
export type Stage = (typeof stages)[number];

export function stageOf({ status, held, waits_for, ended_at }: Task): Stage {
  if (ended_at !== null) return 'ended';
  if (held) return 'held';
  if (status === 'claimed' || status === 'running') return 'atWork';
  return waits_for > 0 ? 'waiting' : 'ready';
}

export function stageTitle(stage: Stage): string {
  switch (stage) {
    case 'held':
      return l10n.t('Held: somebody has to decide');
    case 'atWork':
      return l10n.t('At work');
    case 'ready':
      return l10n.t('Ready');
    case 'waiting':
      return l10n.t('Waiting for others');
    case 'ended':
      return l10n.t('Ended');
  }
}

/** The first line of what is to be done. */
export function taskTitle({ description }: Pick<Task, 'description'>, most = 80): string {
  const [line = ''] = description.trim().split(/\r\n|\r|\n/, 1);
  return shortened(onOneLine(line), most);
}

export function statusWord(status: Status): string {
  switch (status) {
    case 'pending':
      return l10n.t('pending');
    case 'claimed':
      return l10n.t('claimed');
    case 'running':
      return l10n.t('running');
    case 'completed':
      return l10n.t('completed');
    case 'failed':
      return l10n.t('failed');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

/** Why nobody gets the task before somebody has decided. */
export function whyHeld({ held }: Task): string | undefined {
  if (!held) return undefined;
  if (held.reason === 'dependency_failed') return l10n.t('what it depends on did not complete');
  return onOneLine(held.findings[0]?.effect ?? l10n.t('a guardrail objects to its text'));
}

/** What is worth knowing first of a task at its stage. */
export function standingOf(task: Task, now: number): string | undefined {
  switch (stageOf(task)) {
    case 'held':
      return whyHeld(task);
    case 'atWork': {
      const worker = onOneLine(task.claimed_by ?? '');
      return task.lease_until === null ? worker : `${worker} · ${left(task.lease_until, now)}`;
    }
    case 'ready':
      return task.attempts > 0
        ? l10n.t('attempt {0} of {1}', task.attempts + 1, task.max_attempts)
        : undefined;
    case 'waiting':
      return task.waits_for === 1
        ? l10n.t('waits for 1 task')
        : l10n.t('waits for {0} tasks', task.waits_for);
    case 'ended':
      return task.failure === null ? statusWord(task.status) : failureWord(task.failure.code);
  }
}

function left(until: string, now: number): string {
  return l10n.t('{0} left', countdown(until, now));
}

function failureWord(code: NonNullable<Task['failure']>['code']): string {
  switch (code) {
    case 'task_failed':
      return l10n.t('failed');
    case 'attempts_exhausted':
      return l10n.t('failed: no attempts left');
    case 'deadline_exceeded':
      return l10n.t('failed: too late');
    case 'dependency_failed':
      return l10n.t('cancelled with what it depended on');
    case 'cancelled':
      return l10n.t('cancelled');
  }
}

/** The sign of a task that is shown as such. */
export function taskIcon(task: Task): Icon {
  const stage = stageOf(task);
  if (stage === 'held') return { name: 'debug-pause', color: colors.asking };
  if (stage === 'waiting') return { name: 'watch' };
  return statusIcon(task.status);
}

/** The sign of a task of which no more than the status is known. */
export function statusIcon(status: Status): Icon {
  switch (status) {
    case 'pending':
      return { name: 'circle-outline' };
    case 'claimed':
      return { name: 'circle-filled', color: colors.held };
    case 'running':
      return { name: 'play-circle', color: colors.held };
    case 'completed':
      return { name: 'pass', color: colors.clear };
    case 'failed':
      return { name: 'error', color: colors.refused };
    case 'cancelled':
      return { name: 'circle-slash' };
  }
}
