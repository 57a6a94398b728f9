import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { Approval, approvalOf } from './approval.ts';
import { Status } from './state.ts';
import { type ApprovalRow, columns, trueStatus } from './store.ts';

/** The requests of this project, newest first. An agent sees its own. */
export const listApprovals = operation({
  name: 'list_approvals',
  title: 'List approvals',
  description:
    'Lists requests for approval, newest first: what is asked, by whom, why, and what was decided.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  ownAffair: true,
  tool: false,
  feed: { uri: 'approvals://pending', title: 'Pending approvals', topics: ['approval'] },
  input: z.object({
    status: z.union([Status, z.literal('all')]).default('pending'),
    agent_id: z.string().min(1).max(200).optional(),
    session_id: z.uuid().optional(),
    limit: z.number().int().min(1).max(200).default(50),
  }),
  output: z.object({ approvals: z.array(Approval) }),
  resource: () => ({ type: 'Project', id: 'approvals' }),
  async run({ tx, project, caller }, { status, agent_id, session_id, limit }) {
    const ownSession = caller.kind === 'agent' ? caller.sessionId : null;
    const rows = await tx.query(sql<ApprovalRow>`
      select ${columns} from approvals
      where project_id = ${project.id}
        and (${status} = 'all' or ${trueStatus} = ${status})
        and (${agent_id ?? null}::text is null or agent_id = ${agent_id ?? null})
        and (${session_id ?? null}::uuid is null or session_id = ${session_id ?? null})
        and (${ownSession}::uuid is null or session_id = ${ownSession})
      order by requested_at desc, id desc
      limit ${limit}`);
    const approvals = rows.map(approvalOf);
    return { approvals: caller.kind === 'local' ? approvals.map(withoutContent) : approvals };
  },
});

/** What a process that has proved nothing may know: what is asked about and why, but nothing more of its content. */
function withoutContent(approval: Approval): Approval {
  return {
    ...approval,
    summary: null,
    justification: null,
    policy: null,
    asks: approval.asks.map(ask => ({ ...ask, matched_text: null })),
  };
}
