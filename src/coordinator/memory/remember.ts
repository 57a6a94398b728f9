import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { Tag } from './input.ts';
import { EventType, type MemoryRow, Outcome } from './memory.ts';
import { type Content, mergedContent } from './merge.ts';
import { searchable } from './passages.ts';
import { digestOf, withoutSecrets } from './secrets.ts';
import { countWords } from './vocabulary.ts';

const RememberInput = z.object({
  event_type: EventType.default('discovery'),
  summary: z
    .string()
    .trim()
    .min(1)
    .max(1_000)
    .describe('What is to be known, in a sentence or two, for somebody who was not there.'),
  details: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .optional()
    .describe('What belongs to it: messages, names, figures.'),
  outcome: Outcome.optional().describe('How it went.'),
  lessons: z
    .array(z.string().trim().min(1).max(1_000))
    .max(20)
    .default([])
    .describe('What to do, or not to do, next time.'),
  tags: z.array(Tag).max(20).default([]),
});

/** What a memory may grow to when the same is told again and again, in characters. */
const mostText = 40_000;

/** Keeps what an agent found out for those who come after it. */
export const remember = operation({
  name: 'remember',
  title: 'Remember',
  description:
    'Keeps what you found out for the agents and people who come after you: why something failed and what helped, what was decided and why, how a part works. Name files, functions and errors, so that recall finds it. Telling the same again within an hour adds to it. Never put credentials into it.',
  access: 'write',
  input: RememberInput,
  output: z.object({
    memory_id: z.uuid(),
    action: z
      .enum(['created', 'deduplicated'])
      .describe('deduplicated: you told the same within the hour, and what is new was added to it.'),
    redacted: z
      .array(z.string())
      .describe('Fields from which something was taken out that looks like a credential.'),
  }),
  resource: () => ({ type: 'Memory', id: 'new' }),
  async run(context, input) {
    const { tx, project, emit, note } = context;
    const { texts, redacted } = await withoutSecrets({
      summary: [input.summary],
      details: input.details === undefined ? [] : [input.details],
      lessons: input.lessons,
      tags: input.tags,
    });
    const told = { ...texts, summary: texts.summary.join(), outcome: input.outcome ?? null };
    const id = uuid();
    const kept = await insertOrFind(context, id, input.event_type, told);
    const isNew = kept.id === id;
    if (isNew) await countWords(tx, project.id, kept.words, true);
    else await mergeInto(context, kept, told);
    note({ memory_id: kept.id, action: isNew ? 'created' : 'deduplicated', content_sha256: digestOf(told) });
    emit({
      topic: isNew ? 'memory.created' : 'memory.merged',
      subject: kept.id,
      facts: { by: nameOf(context.caller), type: input.event_type },
    });
    return {
      memory_id: kept.id,
      action: isNew ? ('created' as const) : ('deduplicated' as const),
      redacted,
    };
  },
});

interface Told extends Content {
  readonly summary: string;
}

type Kept = Pick<MemoryRow, 'id' | 'summary' | 'details' | 'outcome' | 'lessons' | 'tags'> & {
  readonly words: string[];
};

/**
 * The memory, new with this id, or the one that the same author wrote of the same within the hour, held until the
 * transaction ends. Of several who tell it at once, on whichever coordinators, the key lets one write it, and the others find it.
 */
async function insertOrFind(
  { tx, project, caller }: OperationContext,
  id: string,
  eventType: EventType,
  told: Told,
): Promise<Kept> {
  const agent = caller.kind === 'agent' ? caller : undefined;
  const author = nameOf(caller);
  const key = createHash('sha256')
    .update(JSON.stringify([caller.kind, author, eventType, told.summary]))
    .digest();
  const { words, terms } = searchable(project.id, told);
  await tx.query(sql`
    update memories set merge_key = null
    where project_id = ${project.id} and merge_key = ${key} and written_at <= now() - interval '1 hour'`);
  const [kept] = await tx.query(sql<Kept>`
    insert into memories (
      id, project_id, session_id, author, delegated_from, event_type, summary, details, outcome, lessons, tags,
      merge_key, words, terms
    ) values (
      ${id}, ${project.id}, ${agent?.sessionId ?? null}, ${author}, ${agent?.delegatedFrom ?? null}, ${eventType},
      ${told.summary}, ${told.details}, ${told.outcome}, ${told.lessons}, ${told.tags}, ${key}, ${words},
      ${terms}
    )
    on conflict (project_id, merge_key) do update set merges = memories.merges + 1
    returning id, summary, details, outcome, lessons, tags, words`);
  if (!kept) throw new Error('the insert of a memory answered nothing');
  return kept;
}

/** @throws InterlockError `invalid_input` where the memory would grow beyond all measure. */
async function mergeInto({ tx, project }: OperationContext, kept: Kept, told: Told): Promise<void> {
  const content = mergedContent(kept, told);
  const size = [...content.details, ...content.lessons, ...content.tags].join('').length;
  if (size > mostText) throw tooLong(kept.id);
  const { words, terms } = searchable(project.id, { ...content, summary: kept.summary });
  const known = new Set(kept.words);
  await tx.query(sql`
    update memories set details = ${content.details}, outcome = ${content.outcome}, lessons = ${content.lessons},
      tags = ${content.tags}, words = ${words}, terms = ${terms}
    where id = ${kept.id}`);
  await countWords(
    tx,
    project.id,
    words.filter(word => !known.has(word)),
    false,
  );
}

function tooLong(id: string): InterlockError {
  return new InterlockError(
    'invalid_input',
    `details: with it the memory ${id}, which says the same, would be longer than ${mostText} characters. Nothing was added.`,
    {
      next: 'Say in another summary what is new.',
      params: {
        problems: [{ field: 'details', message: `at most ${mostText} characters in all` }],
        memory_id: id,
      },
    },
  );
}
