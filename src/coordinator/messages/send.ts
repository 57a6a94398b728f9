import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { digestOf } from '../memory/secrets.ts';
import { takeTurn } from '../projects/turn.ts';
import { findReceivers } from '../sessions/receivers.ts';
import { isUnread } from './store.ts';

/** Characters: a message says something short; what is long belongs into a task, a handoff or a memory. */
const longestText = 4_000;
/** Messages that wait for one receiver at most. */
const mostUnread = 50;
/** Messages that one session sends in a minute at most. */
const mostAMinute = 20;

/** Tells another agent something while both work. */
export const sendMessage = operation({
  name: 'send_message',
  title: 'Send a message',
  description:
    'Tells one agent of this project something while both of you work: a question, an answer, what you are about to change. It sees the text with its next prompt or tool call, and reads it with read_messages. For what somebody is to do use submit_work, for your own work write_handoff, for what all should know remember. Never put credentials into it.',
  access: 'write',
  callers: ['agent', 'operator'],
  input: z.object({
    to: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .describe(
        'An agent id, as discover_agents shows it: whichever of its sessions reads first has it. Or a session_id.',
      ),
    text: z.string().trim().min(1).max(longestText).describe('For somebody who does not know what you know.'),
  }),
  output: z.object({
    success: z.literal(true),
    message_id: z.uuid(),
    to_agent: z.string(),
    to_session_id: z.uuid().nullable().describe('Null: it is for whichever session of to_agent reads first.'),
  }),
  resource: () => ({ type: 'Project', id: 'messages' }),
  intent: ({ text }) => ({ text }),
  async run(context, { to, text }) {
    const { tx, project, caller, emit, note } = context;
    // Counting and adding are one, so that a mailbox never holds more than it may.
    await takeTurn(tx, project.id);
    const receiver = await receiverOf(context, to);
    await refuseTooMany(context, receiver);
    const id = uuid();
    const from = caller.kind === 'agent' ? caller : undefined;
    await tx.query(sql`
      insert into messages (id, project_id, from_session, from_name, delegated_from, to_agent, to_session, text)
      values (
        ${id}, ${project.id}, ${from?.sessionId ?? null}, ${nameOf(caller)}, ${from?.delegatedFrom ?? null},
        ${receiver.agentId}, ${receiver.sessionId}, ${text}
      )`);
    note({
      message_id: id,
      to_agent: receiver.agentId,
      to_session: receiver.sessionId,
      content_sha256: digestOf(text),
    });
    emit({
      topic: 'message.sent',
      subject: id,
      facts: { from: nameOf(caller), to: receiver.agentId, session: receiver.sessionId },
    });
    return {
      success: true as const,
      message_id: id,
      to_agent: receiver.agentId,
      to_session_id: receiver.sessionId,
    };
  },
});

interface Receiver {
  readonly agentId: string;
  readonly sessionId: string | null;
}

async function receiverOf({ tx, project, caller }: OperationContext, to: string): Promise<Receiver> {
  const own = caller.kind === 'agent' ? caller.sessionId : undefined;
  const found = (await findReceivers(tx, project.id, to)).filter(({ id }) => id !== own);
  const exact = found.find(({ id }) => id === to);
  if (exact) return { agentId: exact.agent_id, sessionId: exact.id };
  if (found.length > 0) return { agentId: to, sessionId: null };
  throw new InterlockError(
    'receiver_not_found',
    `to: no other session in this project is ${JSON.stringify(to)} or belongs to an agent of that name. Nothing was sent.`,
    {
      next: 'discover_agents shows who is here. For an agent that comes later: write_handoff.',
      params: { field: 'to', to },
    },
  );
}

/** @throws InterlockError `too_many_messages`. */
async function refuseTooMany({ tx, project, caller }: OperationContext, to: Receiver): Promise<void> {
  const own = caller.kind === 'agent' ? caller.sessionId : null;
  const [row] = await tx.query(sql<{ unread: number; sent: number }>`
    select
      count(*) filter (
        where to_agent = ${to.agentId} and to_session is not distinct from ${to.sessionId} and ${isUnread}
      )::int as unread,
      count(*) filter (where from_session = ${own} and sent_at > now() - interval '1 minute')::int as sent
    from messages
    where project_id = ${project.id} and (read_at is null or sent_at > now() - interval '1 minute')`);
  const { unread, sent } = row ?? { unread: 0, sent: 0 };
  if (unread >= mostUnread) {
    throw new InterlockError(
      'too_many_messages',
      `${unread} messages wait for ${to.agentId} and are not read; it takes no more. Nothing was sent.`,
      {
        next: 'It may not be at work: discover_agents says when it was last seen. Leave a handoff or a task instead.',
        params: { to_agent: to.agentId, unread, most: mostUnread },
        retryable: true,
      },
    );
  }
  if (sent >= mostAMinute) {
    throw new InterlockError(
      'too_many_messages',
      `You sent ${sent} messages in the last minute, and ${mostAMinute} is the most. Nothing was sent.`,
      {
        next: 'Wait a minute, and say in one message what belongs together.',
        params: { sent, most: mostAMinute },
        retryable: true,
      },
    );
  }
}
