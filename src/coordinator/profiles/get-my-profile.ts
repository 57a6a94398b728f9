import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { resolve } from './profile.ts';
import { ShownProfile, shownProfile } from './shown.ts';
import { readBook } from './store.ts';

interface UsedRow {
  readonly calls: number;
  readonly seconds: number;
  readonly files: number;
}

/** What the calling session may do, why, and how much of its limits it has used. Even a suspended agent may ask. */
export const getMyProfile = operation({
  name: 'get_my_profile',
  title: 'Get my profile',
  description:
    'Shows what you may do here: your trust level, the operations open to you, your limits and what you have used of them.',
  access: 'read',
  callers: ['agent'],
  ownAffair: true,
  feed: { uri: 'profiles://current', title: 'Your profile', topics: ['profile'] },
  input: z.object({}),
  output: z.object({
    profile: ShownProfile,
    trust_level: z
      .number()
      .int()
      .min(0)
      .max(4)
      .describe('0 suspended, 1 reads, 2 writes, 3 elevated, 4 admin.'),
    resolved_by: z
      .enum(['session', 'agent', 'agent_type', 'project'])
      .describe('Whom the profile was given to: this session, this agent, its type, or everybody else.'),
    used: z
      .object({
        calls_last_hour: z.number().int(),
        execution_seconds_last_hour: z.number(),
        files_modified: z.number().int(),
      })
      .describe('Of this session, as counted up to a few seconds ago.'),
  }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run({ tx, project, caller }) {
    if (caller.kind !== 'agent') throw new Error('get_my_profile is for agents');
    const { profile, trust, by } = resolve(await readBook(tx, project.id), caller);
    const [used] = await tx.query(sql<UsedRow>`
      select coalesce(sum(calls), 0)::int as calls, coalesce(sum(execution_ms) / 1000.0, 0)::float8 as seconds,
        (select count(*)::int from session_files where session_id = ${caller.sessionId}) as files
      from session_usage
      where session_id = ${caller.sessionId} and minute > now() - interval '60 minutes'`);
    return {
      profile: shownProfile(profile),
      trust_level: trust,
      resolved_by: by,
      used: {
        calls_last_hour: used?.calls ?? 0,
        execution_seconds_last_hour: used?.seconds ?? 0,
        files_modified: used?.files ?? 0,
      },
    };
  },
});
