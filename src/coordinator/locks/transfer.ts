import { sql } from '../database/sql.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { type HeldLock, isLive } from './claim.ts';
import { type Granted, grantLocks, type Holder } from './grant.ts';
import { distinct } from './input.ts';
import { parseTarget, type Standpoint } from './path.ts';
import { notHeld, replaceLocks } from './release.ts';
import { readSurroundings } from './store.ts';

/** How long locks wait for the receiver of a handoff at least, in minutes. Longer, where their lease is longer. */
export const promisedMinutes = 120;
/** How long a lock lasts that somebody received, at least, in minutes: time to begin. Longer, where its lease is longer. */
const receivedMinutes = 15;

/** Who receives locks, and where it works. */
export interface Receiver extends Holder {
  readonly worktree: string | null;
}

/**
 * The live locks of a session on these paths, or all of them. A person's unsaved changes are no lock to hand over.
 * Takes the turn: until the transaction ends, what it answers stays so.
 * @throws InterlockError `lock_not_found_or_not_owner` for a path that the session holds no lock on.
 */
export async function locksToHandOver(
  context: OperationContext & Standpoint,
  sessionId: string,
  paths: readonly string[] | 'all',
): Promise<readonly HeldLock[]> {
  const { tx, project } = context;
  await takeTurn(tx, project.id);
  const { locks } = await readSurroundings(tx, project.id, sessionId, 'all');
  const own = locks.filter(lock => lock.sessionId === sessionId && isLive(lock) && lock.mode !== 'unsaved');
  if (paths === 'all') return own;
  const chosen: HeldLock[] = [];
  for (const target of distinct(paths.map(path => parseTarget(path, context)))) {
    const found = own.filter(lock => lock.kind === target.kind && lock.key === target.key);
    if (found.length === 0) throw await notHeld(context, sessionId, target);
    chosen.push(...found);
  }
  return chosen;
}

/** The locks that wait for the receiver of a handoff, as far as they are still held. Takes the turn. */
export async function locksPromisedIn(
  { tx, project }: Pick<OperationContext, 'tx' | 'project'>,
  handoffId: string,
): Promise<readonly HeldLock[]> {
  await takeTurn(tx, project.id);
  const { locks } = await readSurroundings(tx, project.id, null, 'all');
  return locks.filter(lock => lock.promisedIn === handoffId && isLive(lock));
}

/**
 * Gives locks from whoever holds them to the receiver, each with a new fence: at no moment are they free, and the old
 * fences are stale from then on. The caller has the turn, and read the locks under it.
 * @throws InterlockError `session_ended` where the receiver's session has ended.
 */
export async function moveLocks(
  context: OperationContext,
  locks: readonly HeldLock[],
  receiver: Receiver,
): Promise<readonly Granted[]> {
  await replaceLocks(context, locks);
  const there = { ...context, worktree: receiver.worktree, branch: null };
  const moved: Granted[] = [];
  for (const lock of locks) {
    const granted = await grantLocks(there, receiver, [lock], {
      mode: lock.mode,
      scope: lock.scope,
      automatic: false,
      ttlMinutes: Math.max(receivedMinutes, lock.holdsForMs / 60_000),
      reason: lock.reason ?? undefined,
    });
    moved.push(...granted);
    context.emit({
      topic: 'lock.transferred',
      subject: lock.path,
      facts: {
        from_agent: lock.agentId,
        from_session: lock.sessionId,
        agent: receiver.agentId,
        session: receiver.sessionId,
      },
    });
  }
  return moved;
}

/**
 * Keeps locks for the receiver of a handoff, also after their session has ended, until their lease is over. Until they
 * are received the session that holds them may use them, or give them up.
 */
export async function promiseLocks(
  { tx, project, emit }: OperationContext,
  locks: readonly HeldLock[],
  handoffId: string,
): Promise<void> {
  await tx.query(sql`
    update locks set handoff_id = ${handoffId}, automatic = false,
      expires_at = greatest(expires_at, clock_timestamp() + make_interval(mins => ${promisedMinutes}))
    where project_id = ${project.id} and fence = any(${locks.map(lock => lock.fence)}::bigint[])`);
  for (const { path, agentId, sessionId } of locks) {
    emit({ topic: 'lock.extended', subject: path, facts: { agent: agentId, session: sessionId } });
  }
}
