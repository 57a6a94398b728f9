import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { Handoff, handoffOf } from './handoff.ts';
import { columns, type HandoffRow } from './store.ts';

/** The last handoffs of the project, or of one agent. */
export const readHandoff = operation({
  name: 'read_handoff',
  title: 'Read handoffs',
  description:
    'Shows what agents left for whoever goes on, the newest first: call it when you begin. accept_handoff takes one over together with its locks.',
  access: 'read',
  feed: { uri: 'handoffs://recent', title: 'Recent handoffs', topics: ['handoff'] },
  input: z.object({
    agent_name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .optional()
      .describe('Only handoffs that this agent wrote or that are for it.'),
    limit: z.number().int().min(1).max(50).default(1),
  }),
  output: z.object({ handoffs: z.array(Handoff) }),
  resource: () => ({ type: 'Project', id: 'handoffs' }),
  async run({ tx, project }, { agent_name, limit }) {
    const rows = await tx.query(sql<HandoffRow>`
      select ${columns} from handoffs
      where project_id = ${project.id}
        and (${agent_name ?? null}::text is null or ${agent_name ?? null} in (agent_id, to_agent))
      order by written_at desc, id desc
      limit ${limit}`);
    return { handoffs: rows.map(handoffOf) };
  },
});
