import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { Message, messageOf } from './message.ts';
import { columns, isFor, isUnread, type MessageRow } from './store.ts';

/** Messages without marking any as read: an agent's own, or for a person all of the project. */
export const listMessages = operation({
  name: 'list_messages',
  title: 'List messages',
  description:
    'Shows messages, the newest first, and marks none as read: those that wait for you, or with status all also those that you read or sent in the last week. To take what waits for you call read_messages.',
  access: 'read',
  callers: ['agent', 'operator'],
  ownAffair: true,
  feed: { uri: 'messages://unread', title: 'Messages for you, not read yet', topics: ['message'] },
  input: z.object({
    status: z.enum(['unread', 'all']).default('unread'),
    before: z.uuid().optional().describe('A message_id: only older ones. Goes on where an answer ended.'),
    limit: z.number().int().min(1).max(200).default(50),
  }),
  output: z.object({
    messages: z.array(Message),
    more: z.boolean().describe('True where there are older ones: call again with before.'),
  }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run({ tx, project, caller }, { status, before, limit }) {
    const own = caller.kind === 'agent' ? caller : undefined;
    const shown =
      own === undefined
        ? sql`true`
        : status === 'unread'
          ? isFor(own)
          : sql`(${isFor(own)} or from_session = ${own.sessionId})`;
    const rows = await tx.query(sql<MessageRow>`
      select ${columns} from messages
      where project_id = ${project.id} and ${shown} and (${status === 'all'} or ${isUnread})
        and (${before ?? null}::uuid is null or (sent_at, id) < (
          select sent_at, id from messages where project_id = ${project.id} and id = ${before ?? null}))
      order by sent_at desc, id desc
      limit ${limit + 1}`);
    return { messages: rows.slice(0, limit).map(messageOf), more: rows.length > limit };
  },
});
