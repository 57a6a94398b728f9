import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { nameOf } from '../../kernel/caller.ts';
import { operation } from '../../kernel/operation.ts';
import { withoutSecrets } from '../secrets.ts';
import { holdSkill, Skill, SkillName, successRate } from './skill.ts';

/** Says what came of using a skill. */
export const recordSkillUse = operation({
  name: 'record_skill_use',
  title: 'Say what came of a skill',
  description:
    'Says whether a skill led where it should, each time that you used one: suggest_skills ranks it accordingly, and shows others what went wrong.',
  access: 'write',
  callers: ['agent', 'operator'],
  input: z.object({
    name: SkillName,
    success: z.boolean(),
    note: z.string().trim().min(1).max(1_000).optional().describe('What went wrong, or what to know.'),
  }),
  output: z.object({
    success: z.literal(true),
    ...Skill.pick({ name: true, version: true, successes: true, failures: true, success_rate: true }).shape,
  }),
  resource: ({ name }) => ({ type: 'Memory', id: `skill:${name}` }),
  async run(context, { name, success, note: remark }) {
    const { tx, project, caller, emit, note } = context;
    const { texts } = await withoutSecrets({ note: remark === undefined ? [] : [remark] });
    const skill = await holdSkill(tx, project.id, name);
    await tx.query(sql`
      insert into skill_uses (id, project_id, skill_id, version, session_id, used_by, success, note)
      values (
        ${uuid()}, ${project.id}, ${skill.id}, ${skill.version},
        ${caller.kind === 'agent' ? caller.sessionId : null}, ${nameOf(caller)}, ${success}, ${texts.note[0] ?? null}
      )`);
    const counts = {
      successes: skill.successes + (success ? 1 : 0),
      failures: skill.failures + (success ? 0 : 1),
    };
    note({ skill_id: skill.id, version: skill.version, success });
    emit({ topic: 'skill.used', subject: skill.id, facts: { by: nameOf(caller), success } });
    return {
      success: true as const,
      name: skill.name,
      version: skill.version,
      ...counts,
      success_rate: successRate(counts),
    };
  },
});
