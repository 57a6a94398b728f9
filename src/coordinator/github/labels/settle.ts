import { z } from 'zod';
import { handoffsOfSessions } from '../../handoffs/of-sessions.ts';
import { type OperationContext, operation } from '../../kernel/operation.ts';
import { takeTurn } from '../../projects/turn.ts';
import { tasksSubmittedAs } from '../../queue/submitted.ts';
import { endStandInsExcept } from '../../sessions/end.ts';
import { labelType } from '../../sessions/stand-ins.ts';
import { type LabelConvention, labelConventionOf } from './convention.ts';
import { dropOldWrites, keepWrites, type WantedWrite } from './outbox.ts';
import { keepStepOutcomes } from './outcomes.ts';
import { lockWrites, settleLocks } from './settle-locks.ts';
import { settleTasks, type TasksByKey } from './settle-tasks.ts';
import { Step, StepOutcome } from './steps.ts';
import { taskWrites } from './task-writes.ts';
import { type ItemView, readItems } from './view.ts';

/** Told when GitHub is to be told something new. */
export const githubWanted = 'github.wanted';

/**
 * Compares what labels ask for with the locks and tasks there are, and answers the calls that are missing, each for the
 * session of whoever set the label; writes down what GitHub is to be told. It makes none of the calls: they walk the
 * corridor like everybody's, and their outcomes come with the next call of this. Where it answers no step, all is as labels
 * say, or it is written down why not.
 */
export const settleLabels = operation({
  name: 'settle_github_labels',
  title: 'Settle labels on GitHub',
  description: 'Answers which calls bring locks and tasks to what labels on GitHub ask for.',
  access: 'write',
  callers: ['system'],
  tool: false,
  idempotent: true,
  audited: (_, { wanted }) => wanted > 0,
  input: z.object({
    outcomes: z.array(StepOutcome).max(1_000).default([]),
    again: z
      .boolean()
      .default(false)
      .describe('What waits for something that nobody tells of is tried again.'),
  }),
  output: z.object({
    success: z.literal(true),
    steps: z.array(Step),
    waiting: z.boolean().describe('The end of a lock, a task or an approval may change something.'),
    wanted: z.number().int().describe('How much GitHub is to be told that was not wanted before.'),
  }),
  resource: () => ({ type: 'Project', id: 'github' }),
  async run(context, { outcomes, again }) {
    const { tx, project, emit, note } = context;
    await takeTurn(tx, project.id);
    await keepStepOutcomes(tx, project.id, outcomes);
    await dropOldWrites(tx, project.id);
    const convention = labelConventionOf(project.settings);
    const options = { convention, off: project.settings['github.labels'] === 'off', again };
    const items = await readItems(tx, project.id, convention);
    const tasks = await readTasks(context, items);
    const locks = await settleLocks(context, items, options);
    const work = await settleTasks(context, items, tasks, options);
    const sessions = [...locks.sessions, ...work.sessions];
    await endStandInsExcept(context, labelType, sessions, 'no label asks for it any more');
    const writes = options.off ? [] : await writesFor(context, convention, tasks);
    const wanted = await keepWrites(tx, project.id, writes);
    if (wanted > 0) emit({ topic: githubWanted, subject: project.id });
    note({ wanted });
    return {
      success: true as const,
      steps: [...locks.steps, ...work.steps],
      waiting: locks.isWaiting || work.isWaiting,
      wanted,
    };
  },
});

async function readTasks({ tx, project }: OperationContext, items: readonly ItemView[]): Promise<TasksByKey> {
  const keys = items.flatMap(({ outcomes }) =>
    outcomes.flatMap(({ submission_key }) => submission_key ?? []),
  );
  const tasks = await tasksSubmittedAs(tx, project.id, keys);
  return new Map(tasks.map(task => [task.submission_key, task]));
}

/** From what is written down now, and not from what was before. */
async function writesFor(
  { tx, project }: OperationContext,
  convention: LabelConvention,
  tasks: TasksByKey,
): Promise<readonly WantedWrite[]> {
  const items = await readItems(tx, project.id, convention);
  const workers = [...tasks.values()].flatMap(({ ended_at, claimed_by }) =>
    ended_at === null || claimed_by === null ? [] : [claimed_by],
  );
  const handoffs = await handoffsOfSessions(tx, project.id, [...new Set(workers)]);
  return items.flatMap(item => [...lockWrites(item), ...taskWrites(convention, item, tasks, handoffs)]);
}
