import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { nameOf } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { ProfileName } from './shown.ts';
import { profileAssigned } from './store.ts';

const Input = z.object({
  agent_id: z.string().trim().min(1).max(200).optional().describe('Every session of this agent.'),
  session_id: z.uuid().optional().describe('One session alone, instead of agent_id.'),
  profile: ProfileName.nullable().describe('null takes back what was assigned.'),
  reason: z.string().trim().min(1).max(500).describe('Goes on the record.'),
});

type Input = z.infer<typeof Input>;

/**
 * Gives an agent, or one of its sessions, a profile, or takes it back. It is in force with the agent's next call. What
 * the agent holds stays its own: lowering its trust drops no lock.
 */
export const assignProfile = operation({
  name: 'assign_profile',
  title: 'Assign a profile',
  description:
    'Gives an agent or one session another profile, such as suspended, or takes it back. For people; the reason goes on the record.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: Input,
  output: z.object({
    success: z.literal(true),
    action: z.enum(['assigned', 'taken_back', 'unchanged']),
    profile: z.string().nullable(),
  }),
  resource: ({ session_id, agent_id }) => ({ type: 'Session', id: session_id ?? agent_id ?? 'unnamed' }),
  async run(context, input) {
    const { tx, project, emit, note } = context;
    if ((input.agent_id === undefined) === (input.session_id === undefined)) throw eitherOr();
    await takeTurn(tx, project.id);
    const whose =
      input.agent_id === undefined
        ? sql`session_id = ${input.session_id}`
        : sql`agent_id = ${input.agent_id}`;
    const [before] = await tx.query(sql<{ profile: string }>`
      delete from profile_assignments where project_id = ${project.id} and ${whose} returning profile`);
    if (input.profile !== null) await assign(context, input, input.profile);
    const subject = input.session_id ?? input.agent_id ?? '';
    emit({ topic: profileAssigned, subject, facts: { profile: input.profile } });
    note({
      agent_id: input.agent_id ?? null,
      session_id: input.session_id ?? null,
      before: before?.profile ?? null,
      after: input.profile,
      reason: input.reason,
    });
    return { success: true as const, action: actionOf(input, before), profile: input.profile };
  },
});

function actionOf({ profile }: Input, before: unknown): 'assigned' | 'taken_back' | 'unchanged' {
  if (profile !== null) return 'assigned';
  return before === undefined ? 'unchanged' : 'taken_back';
}

async function assign(
  { tx, project, caller }: OperationContext,
  { agent_id, session_id, reason }: Input,
  profile: string,
): Promise<void> {
  const [known] = await tx.query(sql<{ profiles: number; sessions: number }>`
    select (select count(*)::int from profiles where project_id = ${project.id} and name = ${profile}) as profiles,
      (select count(*)::int from sessions
        where project_id = ${project.id} and id = ${session_id ?? null}::uuid and ended_at is null) as sessions`);
  if (known?.profiles !== 1) {
    throw new InterlockError('not_found', `profile: the project has no profile ${profile}.`, {
      next: 'list_profiles shows those that there are; save_profile makes another.',
      params: { field: 'profile', value: profile },
    });
  }
  if (session_id !== undefined && known.sessions !== 1) {
    throw new InterlockError('session_not_found', `No session ${session_id} is alive in this project.`, {
      next: 'discover_agents lists those that are.',
      params: { session_id },
    });
  }
  await tx.query(sql`
    insert into profile_assignments (project_id, agent_id, session_id, profile, reason, assigned_by)
    values (${project.id}, ${agent_id ?? null}, ${session_id ?? null}, ${profile}, ${reason}, ${nameOf(caller)})`);
}

function eitherOr(): InterlockError {
  return new InterlockError('invalid_input', 'agent_id: either agent_id or session_id says who is meant.', {
    next: 'Send agent_id for every session of an agent, or session_id for one.',
    params: { field: 'agent_id' },
  });
}
