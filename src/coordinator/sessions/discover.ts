import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { type ProfileBook, resolve } from '../profiles/profile.ts';
import { readBook } from '../profiles/store.ts';

/** A session without a sign of life for this long is idle, in minutes; the project's setting says when it is gone. */
const idleAfterMinutes = 5;

const Status = z.enum(['active', 'idle', 'disconnected']);

const Agent = z.object({
  session_id: z.uuid(),
  agent_id: z.string(),
  agent_type: z.string(),
  profile: z.string(),
  trust_level: z
    .number()
    .int()
    .min(0)
    .max(4)
    .describe('0 suspended, 1 reads, 2 writes, 3 elevated, 4 admin.'),
  status: Status,
  current_task: z.string().nullable(),
  capabilities: z.array(z.string()),
  delegated_from: z.string().nullable(),
  harness: z.string().nullable(),
  client: z.string().nullable(),
  worktree: z.string().nullable(),
  machine: z.string(),
  started_at: z.string(),
  last_seen_at: z.string(),
});

interface AgentRow
  extends Omit<z.infer<typeof Agent>, 'profile' | 'trust_level' | 'started_at' | 'last_seen_at'> {
  readonly started_at: Date;
  readonly last_seen_at: Date;
}

/** The sessions of this project that have not ended, the most recently seen first. */
export const discoverAgents = operation({
  name: 'discover_agents',
  title: 'Discover agents',
  description:
    'Lists the agents that work in this repository now: who they are, what they do, when they were last seen.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({
    capability: z.string().min(1).max(200).optional(),
    status: Status.optional(),
  }),
  output: z.object({ agents: z.array(Agent) }),
  resource: () => ({ type: 'Project', id: 'agents' }),
  async run({ tx, project }, { capability, status }) {
    const rows = await tx.query(sql<AgentRow>`
      select * from (
        select id as session_id, agent_id, agent_type, current_task, capabilities, delegated_from, harness,
          nullif(concat_ws(' ', client_name, client_version), '') as client, worktree, machine, started_at, last_seen_at,
          case
            when last_seen_at > now() - make_interval(mins => ${idleAfterMinutes}) then 'active'
            when last_seen_at > now() - make_interval(mins => ${project.settings['sessions.staleMinutes']}) then 'idle'
            else 'disconnected'
          end as status
        from sessions
        where project_id = ${project.id} and ended_at is null
      ) as agents
      where (${capability ?? null}::text is null or ${capability ?? null} = any(capabilities))
        and (${status ?? null}::text is null or status = ${status ?? null})
      order by last_seen_at desc, session_id
      limit 500`);
    const book = await readBook(tx, project.id);
    return {
      agents: rows.map(row => ({
        ...row,
        ...profileOf(book, row),
        started_at: row.started_at.toISOString(),
        last_seen_at: row.last_seen_at.toISOString(),
      })),
    };
  },
});

function profileOf(book: ProfileBook, { session_id, agent_id, agent_type }: AgentRow) {
  const subject = { sessionId: session_id, agentId: agent_id, agentType: agent_type };
  const { profile, trust } = resolve(book, subject);
  return { profile: profile.name, trust_level: trust };
}
