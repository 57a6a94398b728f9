import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import type { HeldLock } from '../locks/claim.ts';
import { agentOf, Paths } from '../locks/input.ts';
import {
  locksToHandOver,
  moveLocks,
  promisedMinutes,
  promiseLocks,
  type Receiver,
} from '../locks/transfer.ts';
import { resolve } from '../profiles/profile.ts';
import { readBook } from '../profiles/store.ts';
import { callerOf, findSessionsAtWork, subjectOf } from '../sessions/store.ts';

const Lines = z.array(z.string().trim().min(1).max(2000)).max(50).default([]);

const WriteInput = z.object({
  summary: z.string().max(10_000).describe('How things stand, for somebody who was not there.'),
  completed_work: Lines.describe('What is done.'),
  in_progress: Lines.describe('What is begun, and how far.'),
  decisions: Lines.describe('What was decided, and why.'),
  next_steps: Lines.describe('What to do now, the first thing first.'),
  relevant_files: z.array(z.string().trim().min(1).max(4096)).max(200).default([]),
  to_agent: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('The agent id of whoever is to go on. Default: whoever comes next.'),
  transfer_locks: z
    .union([z.boolean(), Paths])
    .default(false)
    .describe('true hands over all locks you hold; or name the paths.'),
});
type WriteInput = z.output<typeof WriteInput>;

const HandedOver = z.object({
  locks: z.array(z.string()).describe('The paths of the locks that were handed over.'),
  locks_are: z
    .enum(['none', 'received', 'waiting'])
    .describe('received: they are the receiver’s now. waiting: they are kept until accept_handoff.'),
  receiver_session_id: z.uuid().nullable(),
});

/** Leaves word for whoever goes on with one's work, and the locks that belong to it. */
export const writeHandoff = operation({
  name: 'write_handoff',
  title: 'Write a handoff',
  description: `Leaves word for whoever goes on with your work: call it before you stop, or when another agent takes over. With transfer_locks the files stay locked without a gap: at once for the one session of to_agent that is at work, otherwise for whoever calls accept_handoff within ${promisedMinutes / 60} hours, also after your session has ended.`,
  access: 'write',
  callers: ['agent'],
  input: WriteInput,
  output: z.object({ success: z.literal(true), handoff_id: z.uuid(), ...HandedOver.shape }),
  resource: () => ({ type: 'Project', id: 'handoffs' }),
  intent: input => ({ text: textOf(input) }),
  async run(context, input) {
    const { emit, note } = context;
    const { agentId } = agentOf(context);
    refuseBlank(input.summary);
    const locks = await locksOf(context, input);
    const receiver = locks.length === 0 ? undefined : await receiverOf(context, input.to_agent);
    const id = await insertHandoff(context, input, locks, receiver);
    if (receiver) await moveLocks(context, locks, receiver);
    else if (locks.length > 0) await promiseLocks(context, locks, id);
    const paths = [...new Set(locks.map(lock => lock.path))];
    note({ handoff_id: id, locks: paths, receiver_session: receiver?.sessionId ?? null });
    emit({ topic: 'handoff.written', subject: id, facts: { agent: agentId, to: input.to_agent ?? null } });
    if (receiver) emit({ topic: 'handoff.accepted', subject: id, facts: { agent: receiver.agentId } });
    return {
      success: true as const,
      handoff_id: id,
      locks: paths,
      locks_are:
        paths.length === 0 ? ('none' as const) : receiver ? ('received' as const) : ('waiting' as const),
      receiver_session_id: receiver?.sessionId ?? null,
    };
  },
});

/** What is read of a handoff, and may be acted upon. */
function textOf({ summary, completed_work, in_progress, decisions, next_steps }: WriteInput): string {
  return [summary, ...completed_work, ...in_progress, ...decisions, ...next_steps].join('\n');
}

function refuseBlank(summary: string): void {
  if (summary.trim() !== '') return;
  throw new InterlockError(
    'summary_required',
    'summary: a handoff without a summary tells nobody anything.',
    {
      next: 'Say in a few sentences what is done, what is not, and what to do next.',
      params: { field: 'summary' },
    },
  );
}

async function locksOf(
  context: OperationContext,
  { transfer_locks }: WriteInput,
): Promise<readonly HeldLock[]> {
  if (transfer_locks === false) return [];
  return locksToHandOver(
    context,
    agentOf(context).sessionId,
    transfer_locks === true ? 'all' : transfer_locks,
  );
}

/** The trust below which an agent holds no locks (coordination.md, Locks). */
const trustToHold = 2;

/**
 * The session that receives locks at once: the only one of that agent that is at work. Of several none is chosen, since
 * the locks of one would be in the way of the others; they wait for the one that takes the handoff over.
 */
async function receiverOf(
  { tx, project, caller }: OperationContext,
  toAgent: string | undefined,
): Promise<Receiver | undefined> {
  if (toAgent === undefined) return undefined;
  const own = agentOf({ caller }).sessionId;
  const atWork = await findSessionsAtWork(tx, project.id, toAgent, project.settings['sessions.staleMinutes']);
  const [only, ...others] = atWork.filter(session => session.id !== own);
  if (!only || others.length > 0) return undefined;
  const { trust } = resolve(await readBook(tx, project.id), subjectOf(only));
  return trust >= trustToHold ? callerOf(only, trust) : undefined;
}

async function insertHandoff(
  { tx, project, branch, caller }: OperationContext,
  input: WriteInput,
  locks: readonly HeldLock[],
  receiver: Receiver | undefined,
): Promise<string> {
  const { sessionId, agentId, agentType, delegatedFrom } = agentOf({ caller });
  const id = uuid();
  await tx.query(sql`
    insert into handoffs (
      id, project_id, session_id, agent_id, agent_type, delegated_from, branch, to_agent, summary, completed_work,
      in_progress, decisions, next_steps, relevant_files, lock_paths, accepted_by, accepted_by_agent, accepted_at
    ) values (
      ${id}, ${project.id}, ${sessionId}, ${agentId}, ${agentType}, ${delegatedFrom}, ${branch},
      ${input.to_agent ?? null}, ${input.summary.trim()}, ${input.completed_work}, ${input.in_progress},
      ${input.decisions}, ${input.next_steps}, ${input.relevant_files},
      ${[...new Set(locks.map(lock => lock.path))]}, ${receiver?.sessionId ?? null},
      ${receiver?.agentId ?? null}, ${receiver ? sql`now()` : null}
    )`);
  return id;
}
