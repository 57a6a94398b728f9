import { z } from 'zod';
import { jsonb, sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { refuseContradictions, Settings } from '../kernel/settings.ts';

/** Sets what the coordinator does in this project. Only a person may: an agent must not loosen its own rules. */
export const configureProject = operation({
  name: 'configure_project',
  title: 'Configure the project',
  description:
    'Changes settings of Interlock for this project, such as whether a first write takes the lock by itself.',
  access: 'admin',
  callers: ['operator', 'system'],
  tool: false,
  idempotent: true,
  input: z.object({ settings: Settings.partial() }),
  output: z.object({ settings: Settings }),
  resource: () => ({ type: 'Project', id: 'settings' }),
  async run({ tx, project, emit, note }, { settings }) {
    const merged = { ...project.settings, ...settings };
    refuseContradictions(merged, settings);
    await tx.query(sql`update projects set settings = ${jsonb(merged)} where id = ${project.id}`);
    emit({ topic: 'project.configured', subject: project.id });
    note({ settings });
    return { settings: merged };
  },
});
