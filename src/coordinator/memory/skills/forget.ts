import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { InterlockError } from '../../kernel/errors.ts';
import { operation } from '../../kernel/operation.ts';
import { mayForget } from '../find.ts';
import { holdSkill, SkillName } from './skill.ts';

/** Erases a skill with what came of its use. */
export const forgetSkill = operation({
  name: 'forget_skill',
  title: 'Forget a skill',
  description: 'Erases a skill that is wrong or out of date; only its author, or a person, may.',
  access: 'write',
  callers: ['agent', 'operator'],
  destructive: true,
  input: z.object({ name: SkillName, reason: z.string().trim().min(1).max(500).optional() }),
  output: z.object({ success: z.literal(true), name: z.string() }),
  resource: ({ name }) => ({ type: 'Memory', id: `skill:${name}` }),
  async run({ tx, project, caller, emit, note }, { name, reason }) {
    const skill = await holdSkill(tx, project.id, name);
    if (!mayForget(caller, skill)) {
      throw new InterlockError(
        'not_author',
        `The skill ${name} is for ${skill.author}, who wrote it, or for a person to erase.`,
        {
          next: 'If it does not work, say so with record_skill_use.',
          params: { name, author: skill.author },
        },
      );
    }
    await tx.query(sql`delete from skills where project_id = ${project.id} and id = ${skill.id}`);
    note({ skill_id: skill.id, author: skill.author, reason: reason ?? null });
    emit({ topic: 'skill.forgotten', subject: skill.id });
    return { success: true as const, name };
  },
});
