import type { HandoffRow } from '../../handoffs/store.ts';
import type { SubmittedTask } from '../../queue/submitted.ts';
import { severalAgents, taskEnded, taskHeld, taskRefused } from './comments.ts';
import { assignedLabel, type LabelConvention, meaningOf, ownLabels, stateLabel } from './convention.ts';
import type { WantedWrite } from './outbox.ts';
import { isOfSetting } from './setting.ts';
import { type TasksByKey, taskOf } from './settle-tasks.ts';
import { agentLabels } from './task-wishes.ts';
import { type ItemView, isOfTask, type Outcome } from './view.ts';

/** What GitHub is to be told of the tasks that labels of an item ask for, or asked. */
export function taskWrites(
  convention: LabelConvention,
  item: ItemView,
  tasks: TasksByKey,
  handoffs: readonly HandoffRow[],
): WantedWrite[] {
  if (item.state === 'gone') return [];
  const outcomes = item.outcomes.filter(isOfTask);
  const [last] = outcomes;
  return [
    ...ambiguous(convention, item),
    ...outcomes.flatMap(outcome => comments(convention, item, outcome, taskOf(outcome, tasks), handoffs)),
    ...(last ? labels(convention, item, last, taskOf(last, tasks)) : []),
  ];
}

function ambiguous(convention: LabelConvention, item: ItemView): WantedWrite[] {
  const named = agentLabels(convention, item);
  const assigned = item.settings.get(assignedLabel(convention));
  if (named.length < 2 || !assigned || item.state !== 'open') return [];
  return [comment(item, `several ${named.join(' ')}`, severalAgents(named))];
}

function comments(
  convention: LabelConvention,
  item: ItemView,
  outcome: Outcome,
  task: SubmittedTask | undefined,
  handoffs: readonly HandoffRow[],
): WantedWrite[] {
  const meaning = meaningOf(convention, outcome.label);
  // It was asked for when labels were called otherwise.
  const agentId = meaning?.asks === 'agent' ? meaning.agentId : outcome.label;
  if (!task) {
    if (outcome.code === 'planned' || outcome.outcome === 'ended' || outcome.outcome === 'done') return [];
    const about = `task refused ${outcome.label} ${outcome.decided_for.toISOString()}`;
    return [comment(item, about, taskRefused(agentId, outcome, assignedLabel(convention)))];
  }
  if (isHeld(task)) {
    const findings = task.held_findings ?? [];
    const rules = findings.map(({ rule }) => rule).join(' ');
    return [comment(item, `task held ${task.id} ${rules}`, taskHeld(agentId, findings))];
  }
  if (task.ended_at === null) return [];
  // Of the same session, and written while it had the task.
  const handoff = handoffs.find(
    ({ session_id, written_at }) =>
      session_id === task.claimed_by && task.claimed_at !== null && written_at >= task.claimed_at,
  );
  return [comment(item, `task ended ${task.id}`, taskEnded(agentId, task, handoff))];
}

/** Nobody gets it before a person has decided. */
function isHeld({ status, hold_reason }: SubmittedTask): boolean {
  return status === 'pending' && hold_reason !== null;
}

/** The labels that say how the task stands, as far as the item does not bear them yet. */
function labels(
  convention: LabelConvention,
  item: ItemView,
  outcome: Outcome,
  task: SubmittedTask | undefined,
): WantedWrite[] {
  if (!task) return [];
  const hasEnded = task.ended_at !== null;
  const assigning = assignedLabel(convention);
  const assigned = item.settings.get(assigning);
  // Somebody assigned it anew: what there is to say belongs to the next task.
  const isOfOld = assigned !== undefined && !isOfSetting(outcome.decided_for, assigned);
  const isAsked = item.labels.includes(assigning) && item.labels.includes(outcome.label);
  if (isOfOld || (!hasEnded && !isAsked)) return [];
  const state = isHeld(task) ? 'held' : task.status;
  const shown = state === 'pending' ? undefined : stateLabel(convention, state);
  const since = isHeld(task) ? ` ${task.held_at?.toISOString()}` : '';
  const attempt = `${task.id} ${state} ${task.attempts}${since}`;
  const write = (kind: 'add_label' | 'remove_label', text: string): WantedWrite => ({
    repository: item.repository,
    number: item.number,
    kind,
    key: `${kind} ${item.id} ${text} ${attempt}`,
    text,
  });
  const own = ownLabels(convention);
  const wrong = item.labels.filter(
    label => (own.includes(label) && label !== shown) || (hasEnded && label === assigning),
  );
  return [
    ...(shown === undefined || item.labels.includes(shown) ? [] : [write('add_label', shown)]),
    ...wrong.map(label => write('remove_label', label)),
  ];
}

function comment({ id, repository, number }: ItemView, about: string, text: string): WantedWrite {
  return { repository, number, kind: 'comment', key: `${id} ${about}`, text };
}
