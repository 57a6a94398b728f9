import { z } from 'zod';
import { type OperationContext, operation } from '../kernel/operation.ts';
import { inTurn } from '../projects/turn.ts';
import { adviceAbout, takeoverAdvice } from './advice.ts';
import { type Attempt, judge } from './attempt.ts';
import { everywhere } from './claim.ts';
import { claimsOnceHeld, takeoverOf } from './fence.ts';
import { type Granted, grantLocks, refreshLocks, type Terms } from './grant.ts';
import {
  agentOf,
  checkTtl,
  FilePath,
  Paths,
  resourceOf,
  resourcesOf,
  TtlMinutes,
  targetsOf,
} from './input.ts';
import { Lease, leaseFields, leaseOf, leasesOf } from './lease.ts';
import { parseTarget, type Standpoint, type Target } from './path.ts';
import { LockedByOther, OthersWaiting, refused } from './refusal.ts';
import { replaceLocks } from './release.ts';
import { leaveQueue, queueUp, type Wish } from './waiting.ts';

const Action = z.enum(['acquired', 'refreshed']);

const Acquired = z.object({
  success: z.literal(true),
  action: Action,
  ...leaseFields(z.object({ ...Lease.shape, action: Action })),
  advice: z.array(z.string()).optional().describe('What is worth knowing before you write.'),
});

const AcquireInput = z.object({
  file_path: FilePath.optional(),
  paths: Paths.optional().describe('Several paths instead of file_path: you get all of them or none.'),
  mode: z
    .enum(['exclusive', 'shared'])
    .default('exclusive')
    .describe('shared lets others hold it shared too, while you only read.'),
  reason: z.string().max(500).optional().describe('What you do with it: others are told.'),
  ttl_minutes: TtlMinutes,
  wait_seconds: z
    .number()
    .int()
    .min(0)
    .max(300)
    .default(0)
    .describe('How long to wait your turn where somebody else holds it, instead of being refused at once.'),
});

type AcquireInput = z.infer<typeof AcquireInput>;

/** A lease on one path, or on several together, for the calling session. */
export const acquireLock = operation({
  name: 'acquire_lock',
  title: 'Acquire a file lock',
  description:
    'Takes the lock on a file, folder, pattern or logical key before you change it, so that no other agent does. Answers success with a fence, or who holds it, since when, until when and what to do instead. Ask again to renew it.',
  access: 'write',
  callers: ['agent'],
  input: AcquireInput,
  output: z.union([Acquired, LockedByOther, OthersWaiting]),
  resource: resourceOf,
  resources: resourcesOf,
  changes: claimedFiles,
  patienceMs: input => input.wait_seconds * 1000,
  async run(context, input) {
    const wish = wishOf(context, input);
    const ttlMinutes = checkTtl(input.ttl_minutes);
    const { tx, project } = context;
    const attempt = await inTurn(tx, project.id, () => judge(tx, project, wish));
    const { standing } = attempt;
    if (standing.blockedBy.length > 0 || standing.behind.length > 0) {
      if (context.mayWait && !standing.deadlocked) return queueUp(context, wish, standing);
      if (attempt.queued) await leaveQueue(context, wish, false);
      return refused(attempt.request, standing, context.hasWaited);
    }
    const advice = await adviceOn(context, wish, attempt);
    const taken = await take(context, wish, attempt, {
      mode: wish.mode,
      scope: wish.scope,
      automatic: false,
      ttlMinutes,
      reason: input.reason,
    });
    if (attempt.queued) await leaveQueue(context, wish, true);
    return { ...answerOf(taken), ...(advice.length === 0 ? {} : { advice }) };
  },
  async abandon(context, input) {
    await leaveQueue(context, wishOf(context, input), false);
  },
});

function wishOf(context: OperationContext, input: AcquireInput): Wish {
  const targets = targetsOf(input, context);
  return { holder: agentOf(context), targets, mode: input.mode, scope: everywhere, branch: context.branch };
}

/** Whoever holds a file exclusively means to change it. */
function claimedFiles({ mode, file_path, paths }: AcquireInput, place: Standpoint): readonly string[] {
  if (mode === 'shared') return [];
  const named = paths ?? (file_path === undefined ? [] : [file_path]);
  const targets = named.map(path => parseTarget(path, place));
  return targets.filter(({ kind }) => kind !== 'key').map(({ path }) => path);
}

interface Taken extends Granted {
  readonly action: z.infer<typeof Action>;
}

/** Renews what the session holds already and acquires the rest; exclusive where it held shared is acquired anew. */
async function take(
  context: OperationContext,
  { holder, targets, mode, scope }: Wish,
  { own }: Attempt,
  terms: Terms,
): Promise<readonly Taken[]> {
  const onTargets = own.filter(lock => targets.some(target => isIdentical(lock, target)));
  const sufficing = onTargets.filter(
    lock => lock.scope === scope && (lock.mode === mode || mode === 'shared'),
  );
  const refreshed = await refreshLocks(context, holder, sufficing, terms);
  // A lease may have lapsed since it was read: that target is acquired anew, like the others.
  const rest = targets.filter(target => !refreshed.some(lock => isIdentical(lock, target)));
  const acquired = await grantLocks(context, holder, rest, terms);
  // What its own first write took is part of what it asked for now.
  await replaceLocks(
    context,
    onTargets.filter(lock => lock.automatic),
  );

  for (const lock of sufficing.filter(lock => lock.mode !== mode)) {
    context.emit({ topic: 'lock.downgraded', subject: lock.path, facts: { agent: holder.agentId } });
  }
  const taken = [
    ...refreshed.map(lock => ({ ...lock, action: 'refreshed' as const })),
    ...acquired.map(lock => ({ ...lock, action: 'acquired' as const })),
  ];
  context.note({ locks: taken.map(({ path, fence, action }) => ({ path, fence, action })) });
  return taken;
}

function isIdentical(one: Pick<Target, 'kind' | 'key'>, other: Pick<Target, 'kind' | 'key'>): boolean {
  return one.kind === other.kind && one.key === other.key;
}

/** What the caller should know although nothing stands in its way. */
async function adviceOn(
  { tx, project }: OperationContext,
  { targets, scope }: Wish,
  { lapsed, advising }: Attempt,
): Promise<string[]> {
  const takeover = await takeoverOf(tx, project, claimsOnceHeld(targets, lapsed));
  return [...(takeover ? [takeoverAdvice(takeover)] : []), ...advising.map(lock => adviceAbout(lock, scope))];
}

function answerOf(taken: readonly Taken[]): z.input<typeof Acquired> {
  return {
    success: true,
    action: taken.some(lock => lock.action === 'acquired') ? 'acquired' : 'refreshed',
    ...leasesOf(taken.map(lock => ({ ...leaseOf(lock), action: lock.action }))),
  };
}
