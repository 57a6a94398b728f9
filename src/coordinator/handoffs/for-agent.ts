import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { type Handoff, handoffOf } from './handoff.ts';
import { columns, type HandoffRow } from './store.ts';

/** A handoff that is for nobody in particular is of interest for this long, in days. */
const interestDays = 7;

/**
 * The handoff that an agent should read when it begins, if there is one: the newest one for it that nobody else has taken
 * over; otherwise the newest of the last week for whoever comes next, its own included, since its context may have been
 * cut. `from` names the agent whose handoff it is to be.
 */
export async function handoffFor(
  db: Queryable,
  projectId: string,
  { agentId, sessionId }: AgentCaller,
  from: string | undefined,
): Promise<Handoff | undefined> {
  const [row] = await db.query(sql<HandoffRow>`
    select ${columns} from handoffs
    where project_id = ${projectId}
      and (accepted_by is null or accepted_by = ${sessionId})
      and case
        when ${from ?? null}::text is not null then agent_id = ${from ?? null} and coalesce(to_agent, ${agentId}) = ${agentId}
        else to_agent = ${agentId}
          or (to_agent is null and written_at > now() - make_interval(days => ${interestDays}))
      end
    order by to_agent is null, written_at desc, id desc
    limit 1`);
  return row && handoffOf(row);
}
