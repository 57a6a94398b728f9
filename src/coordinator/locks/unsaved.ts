import { z } from 'zod';
import { sql } from '../database/sql.ts';
import type { OperatorCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { takeTurn } from '../projects/turn.ts';
import { findPersonSession, keepPersonSession } from '../sessions/person.ts';
import type { SessionRow } from '../sessions/store.ts';
import { areApart, type HeldLock, isLive, scopeOf } from './claim.ts';
import { grantLocks, unnested } from './grant.ts';
import { distinct, FilePath } from './input.ts';
import { overlaps } from './overlap.ts';
import { fileTarget, type Target } from './path.ts';
import { Obstacle, obstacleOf } from './refusal.ts';
import { readSurroundings } from './store.ts';

/** How long a report of unsaved files holds, in minutes. The window reports again well before, so that one that crashed frees its files soon. */
const unsavedTtlMinutes = 2;

/**
 * The files that a person has unsaved changes in, in one window on one worktree, as a whole: what is not named any more
 * is free again. It is never refused, since typing is not asked for; those who want to write are.
 */
export const holdUnsavedFiles = operation({
  name: 'hold_unsaved_files',
  title: 'Hold files with unsaved changes',
  description:
    'Reports the files with unsaved changes in an editor window, replacing its last report. Report at every change and once a minute.',
  access: 'write',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  // Typing is no act against anybody, and is reported every minute.
  audited: () => false,
  input: z.object({
    paths: z.array(FilePath).max(500).describe('Absolute, or relative to the root of the worktree.'),
    window: z.string().max(200).default('').describe('Tells windows on the same worktree apart.'),
  }),
  output: z.object({
    success: z.literal(true),
    held: z.array(z.string()),
    expires_at: z.string().nullable(),
    conflicts: z.array(Obstacle).describe('Locks of agents on these files: they may be about to write.'),
  }),
  resource: () => ({ type: 'Project', id: 'unsaved files' }),
  async run(context, { paths, window }) {
    const { tx, project } = context;
    const at = { person: operatorOf(context), place: context, window };
    const targets = project.settings['locks.unsavedEditors'] === 'off' ? [] : targetsIn(context, paths);
    await takeTurn(tx, project.id);
    const known = await findPersonSession(tx, at);
    if (targets.length === 0) {
      if (known) await dropOthers(context, known, []);
      return { success: true as const, held: [], expires_at: null, conflicts: [] };
    }
    const session = await keepPersonSession(tx, at);
    if (!known || known.ended) {
      context.emit({ topic: 'session.registered', subject: session.id, facts: { agent: session.agent_id } });
    }
    await dropOthers(context, session, targets);
    return hold(context, session, targets);
  },
});

function operatorOf({ caller }: OperationContext): OperatorCaller {
  if (caller.kind !== 'operator') throw new Error(`a ${caller.kind} has no editor`);
  return caller;
}

/** Files of this worktree; others are not this project's to hold. */
function targetsIn(context: OperationContext, paths: readonly string[]): readonly Target[] {
  if (context.worktree === null) {
    throw new InterlockError(
      'invalid_input',
      'cwd: unsaved files are those of a worktree, and none was named.',
      {
        next: 'Send the folder that the window has open (header interlock-cwd).',
        params: { field: 'cwd' },
      },
    );
  }
  return distinct(paths.map(path => fileTarget(path, context)));
}

/** Frees what the session held and does not name any more. */
async function dropOthers(
  { tx, emit }: OperationContext,
  session: SessionRow,
  targets: readonly Target[],
): Promise<void> {
  const freed = await tx.query(sql<{ path: string; fence: number }>`
    delete from locks
    where session_id = ${session.id} and mode = 'unsaved'
      and not exists (
        select from ${unnested(targets)} where target.kind = locks.kind and target.key = locks.key
      )
    returning path, fence`);
  for (const { path, fence } of freed) {
    const facts = { agent: session.agent_id, session: session.id, fence };
    emit({ topic: 'lock.released', subject: path, facts });
  }
}

/** Renews the holds that are there and adds the others. */
async function hold(context: OperationContext, session: SessionRow, targets: readonly Target[]) {
  const { tx, project } = context;
  const renewed = await tx.query(sql<{ kind: string; key: string; expires_at: Date }>`
    update locks set expires_at = clock_timestamp() + make_interval(mins => ${unsavedTtlMinutes})
    where session_id = ${session.id} and mode = 'unsaved' and expires_at > clock_timestamp()
    returning kind, key, expires_at`);
  const added = await grantLocks(
    context,
    { sessionId: session.id, agentId: session.agent_id, agentType: session.agent_type },
    targets.filter(target => !renewed.some(lock => lock.kind === target.kind && lock.key === target.key)),
    {
      mode: 'unsaved',
      scope: scopeOf(context),
      automatic: false,
      ttlMinutes: unsavedTtlMinutes,
      reason: undefined,
    },
  );
  const bases = targets.map(target => target.base);
  const { locks } = await readSurroundings(tx, project.id, session.id, bases);
  const expiries = [...renewed.map(lock => lock.expires_at), ...added.map(lock => lock.expiresAt)];
  return {
    success: true as const,
    held: targets.map(target => target.path),
    expires_at: new Date(Math.min(...expiries.map(Number))).toISOString(),
    conflicts: locks
      .filter(lock => isInTheWay(lock, session, targets, scopeOf(context)))
      .map(lock => obstacleOf(lock, targets)),
  };
}

function isInTheWay(lock: HeldLock, session: SessionRow, targets: readonly Target[], scope: string): boolean {
  if (!isLive(lock) || lock.sessionId === session.id || lock.mode === 'unsaved') return false;
  return !areApart(lock.scope, scope) && targets.some(target => overlaps(lock, target));
}
