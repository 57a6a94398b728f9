import { z } from 'zod';
import { jsonb, sql } from '../../database/sql.ts';
import { InterlockError } from '../../kernel/errors.ts';
import { type OperationContext, operation } from '../../kernel/operation.ts';
import { Json } from '../../queue/input.ts';
import { holdLivingSession } from '../../sessions/store.ts';
import { digestOf, refuseSecrets } from '../secrets.ts';
import { overBudget, tokensOf, type Weighed } from './budget.ts';
import { Budget, entriesOf, Key, sessionOf } from './entry.ts';

/** Keeps something in mind for the session that calls, until it ends or the time is over. */
export const setWorkingMemory = operation({
  name: 'set_working_memory',
  title: 'Keep in mind',
  description:
    'Keeps a value under a key for your session only, so that it outlives a cut of your context: a plan, an intermediate result, what you must not forget. What you used longest ago makes room when the budget is used up; the answer names it. What others should know belongs into remember.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  idempotent: true,
  input: z.object({
    key: Key,
    value: Json.refine(value => value !== undefined, { message: 'must be there; null is a value' }).describe(
      'Any JSON.',
    ),
    ttl_minutes: z.number().int().min(1).max(1440).default(240),
  }),
  output: z.object({
    success: z.literal(true),
    action: z.enum(['created', 'replaced']),
    key: z.string(),
    expires_at: z.string(),
    ...Budget.shape,
    evicted: z.array(z.string()).describe('The keys that made room, the one used longest ago first.'),
  }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run(context, { key, value, ttl_minutes }) {
    const { tx, project, note } = context;
    const { sessionId } = sessionOf(context);
    const budget = project.settings['memory.workingTokens'];
    const tokens = tokensOf(key, value);
    if (tokens > budget) throw tooLarge(key, tokens, budget);
    await refuseSecrets({ key: [key], value: [JSON.stringify(value)] });
    if (!(await holdLivingSession(tx, sessionId))) throw sessionEnded(sessionId);
    await tx.query(
      sql`delete from working_memory where session_id = ${sessionId} and expires_at <= clock_timestamp()`,
    );
    const [entry] = await tx.query(sql<{ expires_at: Date; created: boolean }>`
      with known as (select from working_memory where session_id = ${sessionId} and key = ${key})
      insert into working_memory (project_id, session_id, key, value, tokens, expires_at, used_at)
      values (
        ${project.id}, ${sessionId}, ${key}, ${jsonb(value)}, ${tokens},
        clock_timestamp() + make_interval(mins => ${ttl_minutes}), clock_timestamp()
      )
      on conflict (session_id, key) do update set
        value = excluded.value, tokens = excluded.tokens, expires_at = excluded.expires_at, used_at = excluded.used_at
      returning expires_at, not exists (select from known) as created`);
    if (!entry) throw new Error('the insert of an entry answered nothing');
    const { evicted, left } = await makeRoom(context, budget);
    note({ key, tokens, evicted, value_sha256: digestOf(value) });
    return {
      success: true as const,
      action: entry.created ? ('created' as const) : ('replaced' as const),
      key,
      expires_at: entry.expires_at.toISOString(),
      tokens: left,
      budget,
      evicted,
    };
  },
});

/** Takes out what was used longest ago, as much as is too much. The entry that was just written is the last to go, and fits. */
async function makeRoom(
  context: OperationContext,
  budget: number,
): Promise<{ readonly evicted: string[]; readonly left: number }> {
  const { tx } = context;
  const { sessionId } = sessionOf(context);
  const entries = await tx.query(sql<Weighed>`
    select key, tokens from working_memory where ${entriesOf(sessionId)} order by used_at desc, key`);
  const evicted = overBudget(entries, budget).map(({ key }) => key);
  if (evicted.length > 0) {
    await tx.query(sql`delete from working_memory where session_id = ${sessionId} and key = any(${evicted})`);
  }
  const left = entries
    .filter(({ key }) => !evicted.includes(key))
    .reduce((sum, { tokens }) => sum + tokens, 0);
  return { evicted, left };
}

function tooLarge(key: string, tokens: number, budget: number): InterlockError {
  return new InterlockError(
    'over_budget',
    `value: ${key} would take about ${tokens} tokens, and working memory holds ${budget} in all. Nothing was changed.`,
    { next: 'Keep less of it, or write it to a file and keep its name.', params: { key, tokens, budget } },
  );
}

function sessionEnded(id: string): InterlockError {
  return new InterlockError('session_ended', `The session ${id} has ended, and its working memory with it.`, {
    next: 'Call register_session for a new one.',
    params: { session_id: id },
  });
}
