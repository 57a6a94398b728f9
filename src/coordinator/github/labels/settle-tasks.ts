import { v7 as uuid } from 'uuid';
import type { OperationContext } from '../../kernel/operation.ts';
import type { SubmittedTask } from '../../queue/submitted.ts';
import { agentIdOfLogin, keepStandIns, labelType } from '../../sessions/stand-ins.ts';
import { forgetOutcome, keepOutcome, markTold } from './outcomes.ts';
import type { Plan, SettleOptions } from './plan.ts';
import type { Step } from './steps.ts';
import { type TaskWish, taskWishOf } from './task-wishes.ts';
import { type ItemView, isOfTask, type Outcome, sessionNameOf, shortNameOf } from './view.ts';

/** Tasks by what they were submitted as. */
export type TasksByKey = ReadonlyMap<string, SubmittedTask>;

/** Characters that the description of a task may have. */
const longestDescription = 20_000;
/** A task that is being submitted while it is wished no more is looked for this long, in milliseconds. */
const submittingMs = 120_000;

/**
 * What must be called so that the queue has one task for each assignment that labels make, and none for one that they make
 * no more. Which task it is was decided before it is submitted, so that a call whose answer was lost makes no second one.
 */
export async function settleTasks(
  context: OperationContext,
  items: readonly ItemView[],
  tasks: TasksByKey,
  options: SettleOptions,
): Promise<Plan> {
  const wishes = options.off ? [] : items.flatMap(item => taskWishOf(options.convention, item) ?? []);
  const over = items.flatMap(item =>
    item.outcomes
      .filter(isOfTask)
      .filter(outcome => !wishes.some(wish => wish.item === item && wish.outcome === outcome))
      .map(outcome => ({ item, outcome })),
  );
  const sessions = await keepStandIns(context, labelType, [
    ...new Map(
      [
        ...wishes.map(({ item, login }) => ({ item, login })),
        ...over
          .filter(({ outcome }) => isOpen(taskOf(outcome, tasks)))
          .map(({ item, outcome }) => ({ item, login: outcome.login })),
      ].map(({ item, login }) => {
        const name = sessionNameOf(item, login);
        return [name, { name, agentId: agentIdOfLogin(login), task: shortNameOf(item) }];
      }),
    ).values(),
  ]);
  const steps: Step[] = [];
  for (const each of over) steps.push(...(await withdraw(context, each, tasks, sessions)));
  for (const wish of wishes) steps.push(...(await assign(context, wish, tasks, sessions, options)));
  const isWaiting = [...wishes, ...over].some(
    ({ outcome }) => outcome?.outcome === 'waits' || isOpen(outcome && taskOf(outcome, tasks)),
  );
  return { steps, sessions: new Set(sessions.values()), isWaiting: isWaiting || steps.length > 0 };
}

export function taskOf({ submission_key }: Outcome, tasks: TasksByKey): SubmittedTask | undefined {
  return submission_key === null ? undefined : tasks.get(submission_key);
}

function isOpen(task: SubmittedTask | undefined): boolean {
  return task !== undefined && task.ended_at === null;
}

function sessionIn(sessions: ReadonlyMap<string, string>, item: ItemView, login: string): string {
  const id = sessions.get(sessionNameOf(item, login));
  if (id === undefined) throw new Error(`the session of ${login} on ${shortNameOf(item)} was not made`);
  return id;
}

async function assign(
  { tx, project }: OperationContext,
  wish: TaskWish,
  tasks: TasksByKey,
  sessions: ReadonlyMap<string, string>,
  { again }: SettleOptions,
): Promise<Step[]> {
  const { item, label, setting, login, outcome } = wish;
  const key = { itemId: item.id, label, decidedFor: outcome?.decided_for ?? setting.at };
  const known = outcome && taskOf(outcome, tasks);
  // It was taken back while its labels were gone for a moment: they ask for another one.
  const isTakenBack = outcome !== undefined && known !== undefined && wasWithdrawn(outcome, known);
  const task = isTakenBack ? undefined : known;
  if (outcome && task) {
    const is = task.ended_at === null ? 'done' : 'ended';
    if (outcome.outcome === is) return [];
    await keepOutcome(tx, project.id, key, {
      outcome: is,
      reason: is === 'ended' ? task.status : null,
      login: outcome.login,
      task_id: task.id,
    });
    return [];
  }
  const isNew = outcome === undefined || isTakenBack;
  if (!isNew && (outcome.outcome !== 'waits' || (outcome.code !== 'planned' && !again))) return [];
  const submission_key = isNew ? uuid() : (outcome.submission_key ?? uuid());
  if (isNew) {
    await keepOutcome(tx, project.id, key, {
      outcome: 'waits',
      code: 'planned',
      reason: 'It is being submitted.',
      login,
      submission_key,
    });
  }
  return [
    {
      item_id: item.id,
      label,
      decided_for: key.decidedFor.toISOString(),
      session_id: sessionIn(sessions, item, login),
      operation: 'submit_work',
      input: submissionOf(wish, submission_key),
    },
  ];
}

function submissionOf({ item, agentId, login }: TaskWish, submission_key: string): Record<string, unknown> {
  const text = `${item.title}\n\n${item.body}`.trim();
  const rest = `\n\n(There is more of it on GitHub: ${item.url})`;
  return {
    task_type: `github_${item.kind}`,
    description:
      text.length > longestDescription
        ? `${text.slice(0, longestDescription - rest.length).toWellFormed()}${rest}`
        : text || shortNameOf(item),
    input_data: {
      github: {
        repository: item.repository,
        number: item.number,
        url: item.url,
        author: item.author,
        assigned_by: login,
      },
    },
    agent_requirements: { agent_id: agentId },
    submission_key,
  };
}

/** Cancelled in the name of whoever assigned it: that is what {@link withdraw} does, and nobody else. */
function wasWithdrawn({ login }: Outcome, task: SubmittedTask): boolean {
  return task.failure_code === 'cancelled' && task.ended_by === agentIdOfLogin(login);
}

interface Over {
  readonly item: ItemView;
  readonly outcome: Outcome;
}

/** Nobody asks for the task any more: one that waits is cancelled, the worker of another is told and may hand it in. */
async function withdraw(
  { tx, project }: OperationContext,
  { item, outcome }: Over,
  tasks: TasksByKey,
  sessions: ReadonlyMap<string, string>,
): Promise<Step[]> {
  const key = { itemId: item.id, label: outcome.label, decidedFor: outcome.decided_for };
  const task = taskOf(outcome, tasks);
  if (!task) {
    const isSubmitting =
      outcome.code === 'planned' && Number(item.heard_at) - Number(outcome.changed_at) < submittingMs;
    if (!isSubmitting && outcome.outcome !== 'ended') await forgetOutcome(tx, key);
    return [];
  }
  if (task.ended_at !== null) {
    if (wasWithdrawn(outcome, task)) await forgetOutcome(tx, key);
    else if (outcome.outcome !== 'ended')
      await keepOutcome(tx, project.id, key, {
        ...outcome,
        outcome: 'ended',
        reason: task.status,
        task_id: task.id,
      });
    return [];
  }
  const step = { item_id: item.id, label: outcome.label, decided_for: null };
  const session_id = sessionIn(sessions, item, outcome.login);
  const why = item.state === 'open' ? 'its labels were taken away' : 'it was closed';
  if (task.status === 'pending') {
    const input = { id: task.id, reason: `${shortNameOf(item)}: ${why} on GitHub.` };
    return [{ ...step, session_id, operation: 'cancel_work', input }];
  }
  if (outcome.told || task.claimed_by === null) return [];
  await markTold(tx, key);
  const text = `${shortNameOf(item)} (${item.url}) asks for the task ${task.id} no more: ${why} on GitHub. Hand in what you have with complete_work, or say there that you stop; nobody cancels it while you have it.`;
  return [{ ...step, session_id, operation: 'send_message', input: { to: task.claimed_by, text } }];
}
