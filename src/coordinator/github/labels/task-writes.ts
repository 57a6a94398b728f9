import type { HandoffRow } from '../../handoffs/store.ts';
import type { SubmittedTask } from '../../queue/submitted.ts';
import { severalAgents, taskEnded, taskRefused } from './comments.ts';
import { assignedLabel, meaningOf, ownLabels, stateLabels } from './convention.ts';
import type { WantedWrite } from './outbox.ts';
import { isOfSetting } from './setting.ts';
import { type TasksByKey, taskOf } from './settle-tasks.ts';
import { agentLabels } from './task-wishes.ts';
import type { ItemView, Outcome } from './view.ts';

/** What GitHub is to be told of the tasks that labels of an item ask for, or asked. */
export function taskWrites(
  item: ItemView,
  tasks: TasksByKey,
  handoffs: readonly HandoffRow[],
): WantedWrite[] {
  if (item.state === 'gone') return [];
  const outcomes = item.outcomes.filter(({ label }) => meaningOf(label)?.asks === 'agent');
  const [last] = outcomes;
  return [
    ...ambiguous(item),
    ...outcomes.flatMap(outcome => comments(item, outcome, taskOf(outcome, tasks), handoffs)),
    ...(last ? labels(item, last, taskOf(last, tasks)) : []),
  ];
}

function ambiguous(item: ItemView): WantedWrite[] {
  const named = agentLabels(item);
  const assigned = item.settings.get(assignedLabel);
  if (named.length < 2 || !assigned || item.state !== 'open') return [];
  return [comment(item, `several ${named.join(' ')}`, severalAgents(named))];
}

function comments(
  item: ItemView,
  outcome: Outcome,
  task: SubmittedTask | undefined,
  handoffs: readonly HandoffRow[],
): WantedWrite[] {
  const meaning = meaningOf(outcome.label);
  if (meaning?.asks !== 'agent') return [];
  if (!task) {
    if (outcome.code === 'planned' || outcome.outcome === 'ended' || outcome.outcome === 'done') return [];
    const about = `task refused ${outcome.label} ${outcome.decided_for.toISOString()}`;
    return [comment(item, about, taskRefused(meaning.agentId, outcome))];
  }
  if (task.ended_at === null) return [];
  // Of the same session, and written while it had the task.
  const handoff = handoffs.find(
    ({ session_id, written_at }) =>
      session_id === task.claimed_by && task.claimed_at !== null && written_at >= task.claimed_at,
  );
  return [comment(item, `task ended ${task.id}`, taskEnded(meaning.agentId, task, handoff))];
}

/** The labels that say how the task stands, as far as the item does not bear them yet. */
function labels(item: ItemView, outcome: Outcome, task: SubmittedTask | undefined): WantedWrite[] {
  if (!task) return [];
  const hasEnded = task.ended_at !== null;
  const assigned = item.settings.get(assignedLabel);
  // Somebody assigned it anew: what there is to say belongs to the next task.
  const isOfOld = assigned !== undefined && !isOfSetting(outcome.decided_for, assigned);
  const isAsked = item.labels.includes(assignedLabel) && item.labels.includes(outcome.label);
  if (isOfOld || (!hasEnded && !isAsked)) return [];
  const shown = task.status === 'pending' ? undefined : stateLabels[task.status];
  const attempt = `${task.id} ${task.status} ${task.attempts}`;
  const write = (kind: 'add_label' | 'remove_label', text: string): WantedWrite => ({
    repository: item.repository,
    number: item.number,
    kind,
    key: `${kind} ${item.id} ${text} ${attempt}`,
    text,
  });
  const wrong = item.labels.filter(
    label => (ownLabels.includes(label) && label !== shown) || (hasEnded && label === assignedLabel),
  );
  return [
    ...(shown === undefined || item.labels.includes(shown) ? [] : [write('add_label', shown)]),
    ...wrong.map(label => write('remove_label', label)),
  ];
}

function comment({ id, repository, number }: ItemView, about: string, text: string): WantedWrite {
  return { repository, number, kind: 'comment', key: `${id} ${about}`, text };
}
