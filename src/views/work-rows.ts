import * as l10n from '@vscode/l10n';
import { commands, rowKinds } from '../extension/ids.ts';
import type { ProjectState, Task, TaskDependency } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { ago, moment } from './durations.ts';
import { facts, type Row, type Tooltip } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';
import {
  type Stage,
  stageOf,
  stages,
  stageTitle,
  standingOf,
  statusIcon,
  statusWord,
  taskIcon,
  taskTitle,
  whyHeld,
} from './work-words.ts';

/** What the commands of the view act on. */
export interface TaskSubject {
  readonly folder: string;
  readonly task_id: string;
  readonly number: number;
  /** Undefined for one that a task depends on and the window has not read. */
  readonly task?: Task;
}

/** The queue by how its tasks stand, what needs a person first, what has ended last and folded. */
export function workRows(state: WindowState, now: number): readonly Row<TaskSubject>[] {
  return projectsOf(state).flatMap(project => {
    const queue = queueOf(project);
    return stages.flatMap(stage => stageRow(queue, stage, now) ?? []);
  });
}

/** A project's queue, with what each task waits for and what waits for it at hand. */
interface Queue {
  readonly project: ProjectState;
  readonly tasks: ReadonlyMap<string, Task>;
  readonly before: ReadonlyMap<string, readonly TaskDependency[]>;
  readonly after: ReadonlyMap<string, readonly TaskDependency[]>;
}

function queueOf(project: ProjectState): Queue {
  const { open, ended, dependencies } = project.work;
  return {
    project,
    tasks: new Map([...open, ...ended].map(task => [task.task_id, task])),
    before: grouped(dependencies, ({ task_id }) => task_id),
    after: grouped(dependencies, ({ depends_on }) => depends_on),
  };
}

function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

function stageRow(queue: Queue, stage: Stage, now: number): Row<TaskSubject> | undefined {
  const { folder, work } = queue.project;
  const tasks = stage === 'ended' ? work.ended : work.open.filter(task => stageOf(task) === stage);
  if (tasks.length === 0) return undefined;
  return {
    id: `stage ${folder} ${stage}`,
    label: stageTitle(stage),
    description: countOf(queue.project, stage, tasks.length),
    children: tasks.map(task => taskRow(queue, task, now)),
    folded: stage === 'ended',
  };
}

/** Says where not all of them are shown. */
function countOf({ work: { counts, open } }: ProjectState, stage: Stage, shown: number): string {
  const { pending, claimed, running, completed, failed, cancelled } = counts;
  if (stage === 'ended') {
    const all = completed + failed + cancelled;
    return all > shown ? l10n.t('the last {0} of {1}', shown, all) : String(shown);
  }
  const missing = pending + claimed + running - open.length;
  return missing > 0 ? l10n.t('{0} shown; {1} more tasks are open', shown, missing) : String(shown);
}

function taskRow(queue: Queue, task: Task, now: number): Row<TaskSubject> {
  const { project, before, after } = queue;
  const title = taskTitle(task);
  const said = [
    standingOf(task, now),
    task.ended_at === null ? undefined : ago(task.ended_at, now),
    `#${task.number}`,
    onOneLine(task.task_type),
    task.ended_at === null && task.priority !== usualPriority
      ? l10n.t('priority {0}', task.priority)
      : undefined,
  ].filter(part => part !== undefined);
  const neighbours = [
    ...(before.get(task.task_id) ?? []).map(edge => dependencyRow(queue, edge)),
    ...(after.get(task.task_id) ?? []).flatMap(edge => dependantRow(queue, edge) ?? []),
  ];
  return {
    id: `task ${task.task_id}`,
    label: title,
    description: said.join(' · '),
    spoken: `${title}, ${said.join(', ')}`,
    icon: taskIcon(task),
    tooltip: taskTooltip(task, now),
    kind: kindOf(task),
    click: { command: commands.showTask, title: l10n.t('Show Task') },
    subject: { folder: project.folder, task_id: task.task_id, number: task.number, task },
    ...(neighbours.length > 0 ? { children: neighbours, folded: true } : {}),
  };
}

/** Most tasks have it, so only others are told. */
const usualPriority = 5;

function kindOf(task: Task): NonNullable<Row['kind']> {
  const isFromGitHub = /^github_/.test(task.task_type);
  if (task.ended_at !== null) return isFromGitHub ? rowKinds.endedGitHubTask : rowKinds.endedTask;
  if (task.held) return isFromGitHub ? rowKinds.heldGitHubTask : rowKinds.heldTask;
  return isFromGitHub ? rowKinds.gitHubTask : rowKinds.openTask;
}

/** A task that the one above waits for, or has waited for. */
function dependencyRow({ project, tasks }: Queue, edge: TaskDependency): Row<TaskSubject> {
  const task = tasks.get(edge.depends_on);
  const name = task ? taskTitle(task, 60) : onOneLine(edge.task_type);
  const state = edge.waived
    ? l10n.t('{0}, and no longer waited for', statusWord(edge.status))
    : statusWord(edge.status);
  return {
    id: `task ${edge.task_id} after ${edge.depends_on}`,
    label: l10n.t('after #{0} {1}', edge.number, name),
    description: state,
    icon: statusIcon(edge.status),
    ...neighbour(project, task, edge.depends_on, edge.number),
  };
}

/** A task that waits for the one above. */
function dependantRow({ project, tasks }: Queue, edge: TaskDependency): Row<TaskSubject> | undefined {
  const task = tasks.get(edge.task_id);
  return (
    task && {
      id: `task ${edge.depends_on} before ${edge.task_id}`,
      label: l10n.t('before #{0} {1}', task.number, taskTitle(task, 60)),
      description: statusWord(task.status),
      icon: taskIcon(task),
      ...neighbour(project, task, edge.task_id, task.number),
    }
  );
}

function neighbour({ folder }: ProjectState, task: Task | undefined, task_id: string, number: number) {
  return {
    kind: task ? kindOf(task) : rowKinds.endedTask,
    click: { command: commands.showTask, title: l10n.t('Show Task') },
    subject: { folder, task_id, number, ...(task ? { task } : {}) },
  };
}

function taskTooltip(task: Task, now: number): Tooltip {
  const { held, failure } = task;
  return {
    title: l10n.t('Task {0} · {1}', `#${task.number}`, onOneLine(task.task_type)),
    text: shortened(onOneLine(task.description), 500),
    facts: facts(
      [l10n.t('Status'), statusWord(task.status)],
      [l10n.t('Held because'), held && `${whyHeld(task)} (${moment(held.since, now)})`],
      [l10n.t('Found'), held?.findings[0] && onOneLine(held.findings[0].matched_text)],
      [l10n.t('Why'), failure && onOneLine(failure.message)],
      [l10n.t('Priority'), String(task.priority)],
      [l10n.t('Submitted by'), onOneLine(task.submitted_by)],
      [l10n.t('Submitted'), moment(task.submitted_at, now)],
      [l10n.t('Claimed by'), task.claimed_by && onOneLine(task.claimed_by)],
      [l10n.t('Claim holds until'), task.lease_until && moment(task.lease_until, now)],
      [l10n.t('Attempts'), l10n.t('{0} of {1}', task.attempts, task.max_attempts)],
      [l10n.t('Deadline'), task.deadline && moment(task.deadline, now)],
      [l10n.t('Ended'), task.ended_at && moment(task.ended_at, now)],
    ),
  };
}
