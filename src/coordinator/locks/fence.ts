import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Project } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { type Claim, type HeldLock, isLive, relationOf } from './claim.ts';
import { agentOf, FilePath, resourceOf } from './input.ts';
import { covers, overlaps } from './overlap.ts';
import { parseTarget, type Target } from './path.ts';
import { near, readSurroundings } from './store.ts';

/** Somebody took a path after a session had taken it. */
export interface Takeover {
  readonly path: string;
  /** The fence of the session that lost the path. */
  readonly lostFence: number;
  readonly sessionId: string;
  readonly agentId: string;
  readonly takenAt: Date;
  readonly fence: number;
}

/** A claim as it was when its fence was given out. */
export interface FencedClaim extends Claim {
  readonly fence: number;
}

interface FenceRow {
  readonly kind: Target['kind'];
  readonly key: string;
  readonly scope: string;
  readonly base: string;
  readonly folds_case: boolean;
  readonly fence: number;
  readonly session_id: string;
  readonly agent_id: string;
  readonly taken_at: Date;
}

/** The newest acquisition by another session that excludes one of the claims and came after it. Changes nothing. */
export async function takeoverOf(
  queryable: Queryable,
  project: Project,
  claims: readonly FencedClaim[],
): Promise<Takeover | undefined> {
  if (claims.length === 0) return undefined;
  const sessionId = claims[0]?.sessionId ?? '';
  const rows = await queryable.query(sql<FenceRow>`
    select kind, key, scope, base, folds_case, newest.* from ${near(
      'lock_fences',
      project.id,
      claims.map(claim => claim.base),
    )}
    cross join lateral (
      values (fence, session_id, agent_id, taken_at),
        (previous_fence, previous_session_id, previous_agent_id, previous_taken_at)
    ) as newest (fence, session_id, agent_id, taken_at)
    where newest.session_id <> ${sessionId} and newest.fence > ${Math.min(...claims.map(claim => claim.fence))}
    order by newest.fence desc`);
  for (const row of rows) {
    const taken = claimOf(row);
    const claim = claims.find(
      own => own.fence < row.fence && relationOf(taken, own, project.settings) === 'excludes',
    );
    if (claim) {
      const { session_id: sessionId, agent_id: agentId, taken_at: takenAt, fence } = row;
      return { path: claim.path, lostFence: claim.fence, sessionId, agentId, takenAt, fence };
    }
  }
  return undefined;
}

/** The targets that lapsed locks of a session covered, with the fences it had for them. */
export function claimsOnceHeld(
  targets: readonly Target[],
  lapsed: readonly HeldLock[],
): readonly FencedClaim[] {
  return targets.flatMap(target =>
    lapsed.filter(lock => overlaps(lock, target)).map(lock => ({ ...lock, ...target })),
  );
}

/**
 * Makes sure that nobody else has taken the path since the calling session got this fence for it. A session that still
 * holds the path with the fence is always right.
 * @throws InterlockError `stale_fence` with who took it and when, or where the session never got that fence for it.
 */
export async function checkFence(
  {
    tx,
    project,
    worktree,
    foldsCase,
    caller,
  }: Pick<OperationContext, 'tx' | 'caller' | 'project' | 'worktree' | 'foldsCase'>,
  path: string,
  fence: number,
): Promise<void> {
  const { sessionId } = agentOf({ caller });
  const target = parseTarget(path, { worktree, foldsCase });
  const { locks } = await readSurroundings(tx, project.id, sessionId, [target.base]);
  const lock = locks.find(own => own.sessionId === sessionId && own.fence === fence && covers(own, target));
  if (lock && isLive(lock)) return;
  const claim = lock ?? (await findReleased(tx, project.id, sessionId, target, fence));
  if (!claim) throw unknownFence(target.path, fence);
  // What is remembered of a released lock may be the row of its successor: the claim is the caller's all the same.
  const takeover = await takeoverOf(tx, project, [{ ...claim, ...target, sessionId, fence }]);
  if (takeover) throw staleFence(takeover);
}

export function staleFence(takeover: Takeover): InterlockError {
  return new InterlockError(
    'stale_fence',
    `Your lock on ${takeover.path} (fence ${takeover.lostFence}) is over, and ${takeover.agentId} took it at ${takeover.takenAt.toISOString()} (fence ${takeover.fence}).`,
    {
      next: 'Read the file again, since it may have changed, and then repeat your change under a new lock.',
      params: {
        file_path: takeover.path,
        fence: takeover.lostFence,
        taken_by: takeover.agentId,
        session_id: takeover.sessionId,
        taken_at: takeover.takenAt.toISOString(),
        newer_fence: takeover.fence,
      },
    },
  );
}

function unknownFence(path: string, fence: number): InterlockError {
  return new InterlockError('stale_fence', `${fence} is not a fence that this session has for ${path}.`, {
    next: 'Acquire the lock, and use the fence that acquire_lock answers.',
    params: { file_path: path, fence },
  });
}

/** The claim behind a fence whose lock is gone, as far as it is remembered. */
async function findReleased(
  tx: Queryable,
  projectId: string,
  sessionId: string,
  target: Target,
  fence: number,
): Promise<Claim | undefined> {
  const rows = await tx.query(sql<FenceRow>`
    select kind, key, scope, base, folds_case, fence, session_id, agent_id, taken_at
    from ${near('lock_fences', projectId, [target.base])}
    where (session_id = ${sessionId} and fence = ${fence})
      or (previous_session_id = ${sessionId} and previous_fence = ${fence})`);
  return rows.map(claimOf).find(claim => covers(claim, target));
}

function claimOf(row: FenceRow): Claim {
  const { kind, key, scope, base, folds_case: foldsCase, session_id: sessionId, agent_id: agentId } = row;
  return {
    kind,
    path: key,
    key,
    base,
    foldsCase,
    scope,
    mode: 'exclusive',
    sessionId,
    agentId,
    agentType: '',
  };
}

/** Whether a fence still protects a write. */
export const checkFenceOperation = operation({
  name: 'check_fence',
  title: 'Check a fence',
  description:
    'Tells whether nobody else has taken a path since you got this fence for it. Check it before you write after a long pause; stale_fence says who took it.',
  access: 'read',
  callers: ['agent'],
  input: z.object({
    file_path: FilePath,
    fence: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).describe('As acquire_lock answered it.'),
  }),
  output: z.object({ valid: z.literal(true), file_path: z.string(), fence: z.number().int() }),
  resource: resourceOf,
  async run(context, { file_path, fence }) {
    await checkFence(context, file_path, fence);
    return { valid: true as const, file_path: parseTarget(file_path, context).path, fence };
  },
});
