import type { OperationContext } from '../../kernel/operation.ts';
import { judge } from '../../locks/attempt.ts';
import { everywhere } from '../../locks/claim.ts';
import { locksOfType, type TypedLock } from '../../locks/of-type.ts';
import { agentIdOfLogin, keepStandIns, labelType } from '../../sessions/stand-ins.ts';
import { lockEnded, lockRefused } from './comments.ts';
import { type LockWish, lockWishes, type Precedence, precedenceAmong } from './lock-wishes.ts';
import type { WantedWrite } from './outbox.ts';
import { forgetOutcome, keepOutcome } from './outcomes.ts';
import type { Plan, SettleOptions } from './plan.ts';
import { isOfSetting } from './setting.ts';
import { type ItemView, isOfTask, type Outcome, shortNameOf } from './view.ts';

/** A lease by a label, in minutes: the longest there is. Whatever is heard of the item renews it. */
export const labelTtlMinutes = 480;
/** It is renewed once it has no more left than this, in minutes, so that not every word of an item writes something. */
const renewedBelowMinutes = 240;

/**
 * What must be called so that the locks of people's labels are those that labels ask for.
 * Locks are the truth: what is held is compared with what is wished, so a call that was lost is made again.
 */
export async function settleLocks(
  context: OperationContext,
  items: readonly ItemView[],
  options: SettleOptions,
): Promise<Plan> {
  const { tx, project } = context;
  const wishes = options.off ? [] : lockWishes(options.convention, items);
  const { first, behind } = precedenceAmong(wishes);
  const held = await locksOfType(tx, project.id, labelType);
  const sessions = await keepStandIns(context, labelType, standInsOf(first));
  const sessionOf = (wish: LockWish) => sessions.get(wish.session) ?? raise(wish);
  const isFor = (lock: TypedLock, wish: LockWish) =>
    lock.session_id === sessionOf(wish) && lock.kind === wish.target?.kind && lock.key === wish.target.key;

  await forgetUnasked(context, items, wishes);
  const releases = held
    .filter(lock => !first.some(wish => isFor(lock, wish)))
    .map(lock => ({
      item_id: storeItem,
      label: lock.path,
      decided_for: null,
      session_id: lock.session_id,
      operation: 'release_lock' as const,
      input: { file_path: lock.path },
    }));
  for (const each of behind) await standBack(context, each);
  const acquires: Plan['steps'][number][] = [];
  for (const wish of first) {
    const lock = held.find(each => isFor(each, wish));
    if (await isWanting(context, wish, lock, sessionOf(wish), options)) {
      acquires.push({
        item_id: wish.item.id,
        label: wish.label,
        decided_for: decidedFor(wish).toISOString(),
        session_id: sessionOf(wish),
        operation: 'acquire_lock',
        input: {
          file_path: wish.path,
          ttl_minutes: labelTtlMinutes,
          reason: `${shortNameOf(wish.item)}: ${wish.item.title}`.slice(0, 500).toWellFormed(),
        },
      });
    }
  }
  return {
    steps: [...releases, ...acquires],
    sessions: new Set([...held.map(({ session_id }) => session_id), ...sessions.values()]),
    isWaiting: wishes.some(({ outcome }) => outcome?.outcome === 'waits') || behind.length > 0,
  };
}

/** Releasing follows from nothing that an item says any more. */
const storeItem = '00000000-0000-0000-0000-000000000000';

function raise({ session }: LockWish): never {
  throw new Error(`the session ${session} was not made`);
}

function standInsOf(wishes: readonly LockWish[]) {
  const byName = new Map(wishes.map(wish => [wish.session, wish]));
  return [...byName].map(([name, { item, setting }]) => ({
    name,
    agentId: agentIdOfLogin(setting.login),
    task: shortNameOf(item),
  }));
}

/** What was decided stays decided for the time it was decided for. */
function decidedFor({ outcome, setting }: LockWish): Date {
  return outcome?.decided_for ?? setting.at;
}

function keyOf(wish: LockWish) {
  return { itemId: wish.item.id, label: wish.label, decidedFor: decidedFor(wish) };
}

/** Whether the lock must be asked for; writes down what has happened without that. */
async function isWanting(
  { tx, project }: OperationContext,
  wish: LockWish,
  lock: TypedLock | undefined,
  sessionId: string,
  { again }: SettleOptions,
): Promise<boolean> {
  const { outcome, setting, path, target, item } = wish;
  const login = setting.login;
  const keep = (what: Pick<Outcome, 'outcome'> & Partial<Outcome>) =>
    keepOutcome(tx, project.id, keyOf(wish), { ...what, login, path });
  if (lock) {
    if (outcome?.outcome !== 'done') await keep({ outcome: 'done' });
    else if (item.heard_at > outcome.changed_at && lock.minutes_left < renewedBelowMinutes) return true;
    return false;
  }
  if (outcome?.outcome === 'done' && outcome.login.toLowerCase() === login.toLowerCase()) {
    await keep({ outcome: 'ended', code: 'ended', reason: whyEnded });
    return false;
  }
  if (outcome?.outcome !== 'waits') {
    await keep({ outcome: 'waits', code: 'planned', reason: 'It is being locked.' });
    return true;
  }
  if (outcome.code === 'planned' || target === undefined) return true;
  if (outcome.code !== 'locked_by_other' && outcome.code !== 'others_waiting') return again;
  const holder = { sessionId, agentId: agentIdOfLogin(login), agentType: labelType };
  const { standing } = await judge(tx, project, {
    holder,
    targets: [target],
    mode: 'exclusive',
    scope: everywhere,
    branch: null,
  });
  return standing.blockedBy.length === 0 && standing.behind.length === 0;
}

const whyEnded = `A person released it, or nothing was heard of the issue for ${labelTtlMinutes} minutes.`;

/** Another label was there before: that is why this one waits. */
async function standBack({ tx, project }: OperationContext, { wish, before }: Precedence): Promise<void> {
  const reason = `${before.path} is locked by ${before.setting.login} on ${shortNameOf(before.item)}, whose label was there before.`;
  const { outcome } = wish;
  if (outcome?.outcome === 'waits' && outcome.reason === reason) return;
  await keepOutcome(tx, project.id, keyOf(wish), {
    outcome: 'waits',
    code: 'locked_by_other',
    reason,
    login: wish.setting.login,
    path: wish.path,
  });
}

/** How long it is remembered that a lock ended here, in milliseconds, so that GitHub is told of it even where it is slow. */
const endedKeptMs = 24 * 3_600_000;

async function forgetUnasked(
  { tx }: OperationContext,
  items: readonly ItemView[],
  wishes: readonly LockWish[],
): Promise<void> {
  for (const item of items) {
    for (const outcome of item.outcomes) {
      if (isOfTask(outcome)) continue;
      if (wishes.some(wish => wish.item === item && wish.outcome === outcome)) continue;
      const setting = item.settings.get(outcome.label);
      const isDecided = outcome.outcome === 'refused' || outcome.outcome === 'ended';
      if (isDecided && setting && isOfSetting(outcome.decided_for, setting) && item.state !== 'gone')
        continue;
      if (outcome.outcome === 'ended' && Number(item.heard_at) - Number(outcome.changed_at) < endedKeptMs)
        continue;
      await forgetOutcome(tx, { itemId: item.id, label: outcome.label, decidedFor: outcome.decided_for });
    }
  }
}

/** What GitHub is to be told of the locks that labels of an item ask for. */
export function lockWrites(item: ItemView): WantedWrite[] {
  if (item.state === 'gone') return [];
  const { repository, number } = item;
  return item.outcomes.flatMap((outcome): WantedWrite[] => {
    const { label, decided_for, code, path } = outcome;
    if (isOfTask(outcome) || path === null || outcome.outcome === 'done' || code === 'planned') return [];
    const about = `${item.id} ${label} ${decided_for.toISOString()}`;
    const comment = (what: string, text: string): WantedWrite => ({
      repository,
      number,
      kind: 'comment',
      key: `lock ${what} ${about}`,
      text,
    });
    if (outcome.outcome !== 'ended') {
      // What is closed asks for nothing, and was perhaps never tried.
      return item.state === 'open' ? [comment('refused', lockRefused(path, outcome))] : [];
    }
    const ended = comment('ended', lockEnded(path, outcome));
    if (!item.labels.includes(label)) return [ended];
    return [ended, { repository, number, kind: 'remove_label', key: `unlock ${about}`, text: label }];
  });
}
