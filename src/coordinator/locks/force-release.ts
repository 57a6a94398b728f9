import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { type HeldLock, isLive } from './claim.ts';
import { FilePath, resourceOf } from './input.ts';
import { isSameTarget, overlaps } from './overlap.ts';
import { parseTarget, type Target } from './path.ts';
import { readSurroundings } from './store.ts';

/** The trust an agent needs to end what others hold (coordination.md, Locks). */
const trustNeeded = 4;

/** Ends a lock that somebody else holds. Its holder is told at its next write, if others took the path by then. */
export const forceReleaseLock = operation({
  name: 'force_release_lock',
  title: 'Force-release a lock',
  description:
    'Ends a lock that another session holds and will not give back. For people, and agents with trust 4; the reason goes on the record.',
  access: 'admin',
  callers: ['agent', 'operator', 'system'],
  destructive: true,
  input: z.object({
    file_path: FilePath.describe('The lock as check_locks names it.'),
    reason: z.string().trim().min(1).max(500),
    session_id: z.uuid().optional().describe('Only the lock of this session, where several hold the path.'),
  }),
  output: z.object({
    success: z.literal(true),
    action: z.literal('force_released'),
    released: z.array(
      z.object({
        file_path: z.string(),
        locked_by: z.string(),
        session_id: z.uuid(),
        fence: z.number().int(),
      }),
    ),
  }),
  resource: resourceOf,
  async run(context, { file_path, reason, session_id }) {
    const { tx, project, caller, emit, note } = context;
    if (caller.kind === 'agent' && caller.trust < trustNeeded) throw notTrusted(caller.trust);
    const target = parseTarget(file_path, context);
    await takeTurn(tx, project.id);
    const { locks } = await readSurroundings(tx, project.id, null, [target.base]);
    const live = locks.filter(isLive);
    const meant = live.filter(
      lock => isSameTarget(lock, target) && (session_id === undefined || lock.sessionId === session_id),
    );
    const ended = meant.filter(lock => lock.mode !== 'unsaved' && lock.mode !== 'branch');
    if (ended.length === 0) throw nothingToRelease(target, meant, live);
    await tx.query(sql`
      update locks set expires_at = clock_timestamp()
      where project_id = ${project.id} and fence = any(${ended.map(lock => lock.fence)}::bigint[])`);
    for (const lock of ended) {
      const facts = { agent: lock.agentId, session: lock.sessionId, fence: lock.fence, forced: true };
      emit({ topic: 'lock.released', subject: lock.path, facts });
    }
    const released = ended.map(({ path, agentId, sessionId, fence }) => ({
      file_path: path,
      locked_by: agentId,
      session_id: sessionId,
      fence,
    }));
    note({ reason, released });
    return { success: true as const, action: 'force_released' as const, released };
  },
});

function notTrusted(trust: number): InterlockError {
  return new InterlockError(
    'insufficient_trust_level',
    `force_release_lock asks an agent for trust ${trustNeeded}; this one has ${trust}.`,
    { next: 'Ask the holder to release it, or the person at the editor to force it.', params: { trust } },
  );
}

function nothingToRelease(
  target: Target,
  meant: readonly HeldLock[],
  live: readonly HeldLock[],
): InterlockError {
  const [typing] = meant.filter(lock => lock.mode === 'unsaved');
  const [changing] = meant.filter(lock => lock.mode === 'branch');
  const near = live.find(lock => overlaps(lock, target));
  return new InterlockError(
    'lock_not_found_or_not_owner',
    typing
      ? `${target.path} is open with unsaved changes by ${typing.agentId}; that is no lock that can be ended.`
      : changing
        ? `${target.path} is changed on the branch ${changing.branch} of ${changing.agentId}; that is no lock that can be ended.`
        : `Nobody holds a lock named ${target.path}.`,
    {
      next: typing
        ? `Ask ${typing.agentId} to save or close the file.`
        : changing
          ? 'Merge the branch, or delete it.'
          : near
            ? `${near.agentId} holds ${near.path}, which overlaps it: name that one.`
            : 'Call check_locks to see who holds what. Nothing was changed.',
      params: { file_path: target.path },
    },
  );
}
