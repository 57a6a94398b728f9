import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { redact } from '../../guardrails/redact.ts';
import { nameOf } from '../../kernel/caller.ts';
import { InterlockError } from '../../kernel/errors.ts';
import { type OperationContext, operation } from '../../kernel/operation.ts';
import { mayForget } from '../find.ts';
import { digestOf, withoutSecrets } from '../secrets.ts';
import { SkillName } from './skill.ts';

const Steps = z.array(z.string().trim().min(1).max(2_000)).max(50);

const SaveInput = z.object({
  name: SkillName.describe('What it is called, in a few words.'),
  description: z.string().trim().min(1).max(2_000).describe('What it does and when to use it.'),
  steps: Steps.min(1).describe('What to do, one thing after the other, for somebody who has never done it.'),
  prerequisites: Steps.default([]).describe('What must be there or done before.'),
});
type SaveInput = z.output<typeof SaveInput>;

const Action = z.enum(['created', 'updated', 'unchanged']);
type Action = z.infer<typeof Action>;

/** Writes down how something is done in this project. */
export const saveSkill = operation({
  name: 'save_skill',
  title: 'Save a skill',
  description:
    'Writes down how something is done in this project, when you have done it and others will have to: how to release, to add a migration, to run one test. Saving your own again under its name makes a new version; what came of the old one’s use no longer counts.',
  access: 'write',
  idempotent: true,
  input: SaveInput,
  output: z.object({
    success: z.literal(true),
    action: Action,
    name: z.string(),
    version: z.number().int(),
    redacted: z
      .array(z.string())
      .describe('Fields from which something was taken out that looks like a credential.'),
  }),
  resource: ({ name }) => ({ type: 'Memory', id: `skill:${name}` }),
  // A credential would be asked about; it is refused instead, since no leave of anybody makes it fit to be stored.
  intent: ({ description, prerequisites, steps }) => ({
    text: redact([description, ...prerequisites, ...steps].join('\n')),
  }),
  async run(context, input) {
    const { project, emit, note, tx } = context;
    const { texts, redacted } = await withoutSecrets({
      name: [input.name],
      description: [input.description],
      steps: input.steps,
      prerequisites: input.prerequisites,
    });
    const told = { ...texts, name: texts.name.join(), description: texts.description.join() };
    const id = uuid();
    const kept = await insertOrFind(context, id, told);
    const action: Action = kept.id === id ? 'created' : isSame(kept, told) ? 'unchanged' : 'updated';
    if (action === 'updated') {
      if (!mayForget(context.caller, kept)) throw notAuthor(kept.name, kept.author);
      await tx.query(sql`
        update skills set description = ${told.description}, steps = ${told.steps},
          prerequisites = ${told.prerequisites}, version = version + 1, saved_at = now()
        where project_id = ${project.id} and id = ${kept.id}`);
    }
    const version = kept.version + (action === 'updated' ? 1 : 0);
    note({ skill_id: kept.id, action, version, content_sha256: digestOf(told) });
    if (action !== 'unchanged') {
      emit({ topic: 'skill.saved', subject: kept.id, facts: { by: nameOf(context.caller), version } });
    }
    return { success: true as const, action, name: kept.name, version, redacted };
  },
});

type Told = Pick<SaveInput, 'name' | 'description' | 'steps' | 'prerequisites'>;

interface Kept extends Told {
  readonly id: string;
  readonly version: number;
  readonly author: string;
  readonly session_id: string | null;
}

/** The skill, new with this id, or the one of that name, held until the transaction ends. */
async function insertOrFind(
  { tx, project, caller }: OperationContext,
  id: string,
  told: Told,
): Promise<Kept> {
  const [kept] = await tx.query(sql<Kept>`
    insert into skills (id, project_id, name, description, steps, prerequisites, session_id, author)
    values (
      ${id}, ${project.id}, ${told.name}, ${told.description}, ${told.steps}, ${told.prerequisites},
      ${caller.kind === 'agent' ? caller.sessionId : null}, ${nameOf(caller)}
    )
    on conflict (project_id, name) do update set name = excluded.name
    returning id, name, description, steps, prerequisites, version, author, session_id`);
  if (!kept) throw new Error('the insert of a skill answered nothing');
  return kept;
}

function isSame(kept: Kept, told: Told): boolean {
  const content = ({ description, steps, prerequisites }: Told) =>
    JSON.stringify([description, steps, prerequisites]);
  return content(kept) === content(told);
}

function notAuthor(name: string, author: string): InterlockError {
  return new InterlockError(
    'not_author',
    `The skill ${name} is for ${author}, who wrote it, or for a person to change.`,
    {
      next: 'Save yours under another name.',
      params: { name, author },
    },
  );
}
