import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { inTurn } from '../projects/turn.ts';
import { type HeldLock, isLive } from './claim.ts';
import { unnested } from './grant.ts';
import { agentOf, FilePath, Paths, resourceOf, resourcesOf, targetsOf } from './input.ts';
import { overlaps } from './overlap.ts';
import type { Target } from './path.ts';
import { readSurroundings } from './store.ts';

/** Gives up locks of the calling session. */
export const releaseLock = operation({
  name: 'release_lock',
  title: 'Release a file lock',
  description:
    'Gives a lock of yours back, so that others can go on. Do it as soon as you are done; all: true gives back everything you hold.',
  access: 'write',
  callers: ['agent'],
  // Whoever has been lowered to reading may still give back what it holds.
  ownAffair: true,
  input: z.object({
    file_path: FilePath.optional(),
    paths: Paths.optional().describe('Several paths instead of file_path: all of them or none.'),
    all: z.boolean().default(false).describe('Everything this session holds, instead of file_path.'),
  }),
  output: z.object({
    success: z.literal(true),
    action: z.literal('released'),
    released: z.array(z.string()),
  }),
  resource: resourceOf,
  resources: resourcesOf,
  async run(context, { all, ...named }) {
    const { tx, project, note } = context;
    const { sessionId } = agentOf(context);
    const targets = all && !named.file_path && !named.paths ? undefined : targetsOf(named, context);
    const released = await inTurn(tx, project.id, () =>
      targets ? releaseTargets(context, sessionId, targets) : releaseAll(context, sessionId),
    );
    note({ released: released.map(({ path, fence }) => ({ path, fence })) });
    return {
      success: true as const,
      action: 'released' as const,
      released: [...new Set(released.map(lock => lock.path))],
    };
  },
});

interface ReleasedRow {
  readonly kind: Target['kind'];
  readonly key: string;
  readonly path: string;
  readonly fence: number;
  readonly agent_id: string;
  readonly live: boolean;
}

const releasedColumns = sql`locks.kind, locks.key, locks.path, fence, agent_id, expires_at > clock_timestamp() as live`;

async function releaseTargets(
  context: OperationContext,
  sessionId: string,
  targets: readonly Target[],
): Promise<readonly ReleasedRow[]> {
  const rows = await context.tx.query(sql<ReleasedRow>`
    delete from locks using ${unnested(targets)}
    where session_id = ${sessionId} and locks.kind = target.kind and locks.key = target.key
    returning ${releasedColumns}`);
  for (const target of targets) {
    const found = rows.filter(row => row.kind === target.kind && row.key === target.key);
    if (found.some(row => row.live)) continue;
    throw await notHeld(context, sessionId, target, found.length > 0);
  }
  return tellReleased(context, sessionId, rows);
}

async function releaseAll(context: OperationContext, sessionId: string): Promise<readonly ReleasedRow[]> {
  const rows = await context.tx.query(
    sql<ReleasedRow>`delete from locks where session_id = ${sessionId} returning ${releasedColumns}`,
  );
  return tellReleased(context, sessionId, rows);
}

/** Answers the locks that were live: those that had lapsed held nobody up, and nobody is told of them. */
function tellReleased(
  { emit }: OperationContext,
  session: string,
  rows: readonly ReleasedRow[],
): readonly ReleasedRow[] {
  const live = rows.filter(row => row.live);
  for (const { path, fence, agent_id: agent } of live) {
    emit({ topic: 'lock.released', subject: path, facts: { agent, session, fence } });
  }
  return live;
}

/** The error for a lock that the session does not hold, or not any more; names the one it may have meant. */
export async function notHeld(
  { tx, project }: OperationContext,
  sessionId: string,
  target: Target,
  hasLapsed = false,
): Promise<InterlockError> {
  const { locks } = await readSurroundings(tx, project.id, sessionId, [target.base]);
  const own = locks.filter(lock => lock.sessionId === sessionId && overlaps(lock, target));
  const held = own.find(isLive);
  const lapsed = hasLapsed || own.some(lock => lock.kind === target.kind && lock.key === target.key);
  return new InterlockError(
    'lock_not_found_or_not_owner',
    lapsed
      ? `The lock of this session on ${target.path} has lapsed.`
      : `This session holds no lock named ${target.path}.`,
    {
      next: held
        ? `You hold ${held.path}, which overlaps it: name that one.`
        : 'Call check_locks to see who holds what; acquire_lock takes it again. Nothing was changed.',
      params: { file_path: target.path },
    },
  );
}

/** Deletes locks of the calling session that another one of its locks replaces. */
export async function replaceLocks(
  { tx, project }: OperationContext,
  locks: readonly HeldLock[],
): Promise<void> {
  if (locks.length === 0) return;
  await tx.query(
    sql`delete from locks where project_id = ${project.id} and fence = any(${locks.map(lock => lock.fence)}::bigint[])`,
  );
}
