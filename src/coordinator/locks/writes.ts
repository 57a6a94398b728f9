import type { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import type { AgentCaller, Place } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Finding } from '../kernel/intent.ts';
import type { OperationContext } from '../kernel/operation.ts';
import { inTurn } from '../projects/turn.ts';
import { adviceAbout, adviseOthers } from './advice.ts';
import { type Attempt, judge } from './attempt.ts';
import { everywhere, type HeldLock, scopeOf } from './claim.ts';
import { claimsOnceHeld, staleFence, takeoverOf } from './fence.ts';
import { grantLocks } from './grant.ts';
import { distinct } from './input.ts';
import { type Lease, leaseOf } from './lease.ts';
import { covers, overlaps } from './overlap.ts';
import { fileTarget, type Target } from './path.ts';
import { refusalError } from './refusal.ts';
import { replaceLocks } from './release.ts';
import { automaticTtlMinutes, renewAutomaticLocks } from './session-locks.ts';
import type { Wish } from './waiting.ts';

/** What locks say about a write that an agent is about to do. */
export interface WriteVerdict {
  /** Why it must not happen: `locked_by_other`, `lock_required`, `stale_fence`, `insufficient_trust_level`. */
  readonly refusal?: InterlockError;
  /** What a person has to be asked about: their unsaved changes that it would overwrite. */
  readonly asks: readonly Finding[];
  /** What the agent should know, although it may write. */
  readonly advice: readonly string[];
}

/** The same, and the locks that the session got for it. */
export interface WritePermit extends WriteVerdict {
  readonly locks: readonly z.infer<typeof Lease>[];
}

/**
 * What stands against a write to these files at this moment. Changes nothing, and promises nothing for the next moment:
 * {@link acquireForWrite} does.
 * @param paths relative to the worktree, as `repositoryPath` answers them.
 */
export async function peekWrites(
  queryable: Queryable,
  caller: AgentCaller,
  place: Place,
  paths: readonly string[],
): Promise<WriteVerdict> {
  if (paths.length === 0) return { asks: [], advice: [] };
  const refusal = tooLittleTrust(caller);
  if (refusal) return { refusal, asks: [], advice: [] };
  const wish = wishFor(caller, place, paths);
  return verdictOn(place, wish, await judge(queryable, place.project, wish));
}

/**
 * Gets a session what it needs to write these files, as `locks.onWrite` says: locks of its worktree for those it does
 * not hold yet, all or none. They last {@link automaticTtlMinutes}, and every call renews those it has, also one
 * without paths.
 *
 * A session whose lock lapsed, and whose path somebody else took since, is refused once with `stale_fence`: what it
 * knows of the file is old. It may write when it comes again.
 *
 * A refusal is answered and not thrown, so that what was told is written down. Nothing is taken then, nor while
 * `asks` names anything, unless `asked` says that a person has agreed.
 */
export async function acquireForWrite(
  context: OperationContext,
  caller: AgentCaller,
  paths: readonly string[],
  { asked = false }: { readonly asked?: boolean } = {},
): Promise<WritePermit> {
  const { tx, project, note } = context;
  if (paths.length === 0) {
    await renewAutomaticLocks(tx, caller.sessionId);
    return { asks: [], advice: [], locks: [] };
  }
  const untrusted = tooLittleTrust(caller);
  if (untrusted) return { refusal: untrusted, asks: [], advice: [], locks: [] };
  const wish = wishFor(caller, context, paths);
  const attempt = await inTurn(tx, project.id, () => judge(tx, project, wish));
  const verdict = verdictOn(context, wish, attempt);
  if (verdict.refusal || (verdict.asks.length > 0 && !asked)) return { ...verdict, locks: [] };
  const wanted = uncovered(wish, attempt.own);
  const stale = await tellOnceOfTakeover(context, wanted, attempt);
  if (stale) return { ...verdict, refusal: stale, locks: [] };
  await renewAutomaticLocks(tx, caller.sessionId);
  if (project.settings['locks.onWrite'] !== 'acquire') return { ...verdict, locks: [] };
  const granted = await grantLocks(context, caller, wanted, {
    mode: 'exclusive',
    scope: wish.scope,
    automatic: true,
    ttlMinutes: automaticTtlMinutes,
    reason: undefined,
  });
  if (granted.length > 0)
    note({ locks: granted.map(({ path, fence }) => ({ path, fence, action: 'acquired' })) });
  await adviseOthers(
    context,
    caller,
    concerning(attempt.advising, wanted).filter(lock => lock.automatic),
  );
  return { ...verdict, locks: granted.map(leaseOf) };
}

function wishFor(holder: AgentCaller, place: Place, paths: readonly string[]): Wish {
  const targets = distinct(paths.map(path => fileTarget(path, place)));
  return { holder, targets, mode: 'exclusive', scope: scopeOf(place), branch: place.branch };
}

function verdictOn({ project }: Place, wish: Wish, attempt: Attempt): WriteVerdict {
  const { request, standing, own, advising } = attempt;
  const wanted = uncovered(wish, own);
  const typing = standing.blockedBy.filter(lock => lock.mode === 'unsaved');
  const blockedBy = standing.blockedBy.filter(lock => lock.mode !== 'unsaved');
  const asks = typing.map(lock => askAbout(lock));
  const worthSaying = [...concerning(advising, wanted), ...advising.filter(lock => lock.mode === 'unsaved')];
  const advice = [...new Set(worthSaying)].map(lock => adviceAbout(lock, wish.scope));
  if (blockedBy.length > 0 || standing.behind.length > 0) {
    return { refusal: refusalError(request, { ...standing, blockedBy }), asks, advice };
  }
  if (wanted.length > 0 && project.settings['locks.onWrite'] === 'require') {
    return { refusal: lockRequired(wanted), asks, advice };
  }
  return { asks, advice };
}

/** The targets that the session has no exclusive lock on yet, by name or from an earlier write in this worktree. */
function uncovered({ targets, scope }: Wish, own: readonly HeldLock[]): readonly Target[] {
  const usable = own.filter(
    lock => lock.mode === 'exclusive' && (lock.scope === everywhere || lock.scope === scope),
  );
  return targets.filter(target => !usable.some(lock => covers(lock, target)));
}

function concerning(locks: readonly HeldLock[], targets: readonly Target[]): readonly HeldLock[] {
  return locks.filter(lock => targets.some(target => overlaps(lock, target)));
}

/** The error for a session that lost one of these paths without knowing; it forgets the loss, so that it is told once. */
async function tellOnceOfTakeover(
  context: OperationContext,
  targets: readonly Target[],
  { lapsed }: Attempt,
): Promise<InterlockError | undefined> {
  const takeover = await takeoverOf(context.tx, context.project, claimsOnceHeld(targets, lapsed));
  if (!takeover) return undefined;
  await replaceLocks(context, concerning(lapsed, targets));
  return staleFence(takeover);
}

/** By this rule a write into a file with unsaved changes asks its person. */
export const unsavedEditorRule = 'locks.unsaved-editor';

function askAbout(lock: HeldLock): Finding {
  return {
    answer: 'ask',
    rule: unsavedEditorRule,
    category: 'locks',
    effect: `It writes to ${lock.path}, in which ${lock.agentId} has unsaved changes in the editor`,
    why: 'What they typed would be lost, or would overwrite what is written now.',
    suggestion: `Ask ${lock.agentId} to save or close ${lock.path}, then try again.`,
  };
}

/** Whoever may only read holds no lock, however it comes by one. */
function tooLittleTrust({ agentId, trust }: AgentCaller): InterlockError | undefined {
  if (trust >= 2) return undefined;
  return new InterlockError(
    'insufficient_trust_level',
    `${agentId} has trust level ${trust}: it may read, and hold no locks.`,
    {
      next: 'Ask the person at the editor to do it, or to raise this agent’s trust level.',
      params: { trust },
    },
  );
}

function lockRequired(targets: readonly Target[]): InterlockError {
  const paths = targets.map(target => target.path);
  return new InterlockError(
    'lock_required',
    `You hold no lock on ${paths.join(', ')}, and this project asks for one before a write.`,
    {
      next: `Call acquire_lock with ${paths.length === 1 ? `file_path ${JSON.stringify(paths[0])}` : `paths ${JSON.stringify(paths)}`}, then write.`,
      params: { paths },
    },
  );
}
