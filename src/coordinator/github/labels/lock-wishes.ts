import { InterlockError } from '../../kernel/errors.ts';
import { overlaps } from '../../locks/overlap.ts';
import { parseTarget, type Target } from '../../locks/path.ts';
import { type LabelConvention, meaningOf } from './convention.ts';
import type { Setting } from './setting.ts';
import { type ItemView, type Outcome, outcomeOf, sessionNameOf } from './view.ts';

/** A label that is to be a lock. */
export interface LockWish {
  readonly item: ItemView;
  readonly label: string;
  /** As it is written on the label. */
  readonly path: string;
  readonly setting: Setting;
  readonly outcome: Outcome | undefined;
  /** The name of the session that holds it. */
  readonly session: string;
  /** Undefined where it cannot be a lock. */
  readonly target: Target | undefined;
}

/** Labels stand for no worktree, so their paths tell upper from lower case. */
const nowhere = { worktree: null, foldsCase: false } as const;

/**
 * The labels that are to be locks now, those that were set first at the front: on open items, of which it is known who set
 * them, and that were not refused, and have not ended, since.
 */
export function lockWishes(convention: LabelConvention, items: readonly ItemView[]): readonly LockWish[] {
  return items.flatMap(item => wishesOf(convention, item)).sort(inOrder);
}

function wishesOf(convention: LabelConvention, item: ItemView): LockWish[] {
  if (item.state !== 'open') return [];
  return item.labels.flatMap(label => {
    const meaning = meaningOf(convention, label);
    const setting = item.settings.get(label);
    if (meaning?.asks !== 'lock' || !setting) return [];
    const outcome = outcomeOf(item, meaning.asks, label, setting);
    if (outcome?.outcome === 'refused' || outcome?.outcome === 'ended') return [];
    const { path } = meaning;
    const session = sessionNameOf(item, setting.login);
    return [{ item, label, path, setting, outcome, session, target: targetOf(path) }];
  });
}

function inOrder(one: LockWish, other: LockWish): number {
  return (
    Number(one.setting.at) - Number(other.setting.at) ||
    compare(one.item.repository, other.item.repository) ||
    one.item.number - other.item.number ||
    compare(one.label, other.label)
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function targetOf(path: string): Target | undefined {
  try {
    return parseTarget(path, nowhere);
  } catch (error) {
    if (error instanceof InterlockError) return undefined;
    throw error;
  }
}

/** A wish that another label stands in the way of. */
export interface Precedence {
  readonly wish: LockWish;
  readonly before: LockWish;
}

/**
 * Which labels have precedence over which: among those of different sessions that overlap the one that was set first, so
 * that whose word came first does not matter. One that has to stand back stands in nobody's way.
 */
export function precedenceAmong(wishes: readonly LockWish[]): {
  readonly first: readonly LockWish[];
  readonly behind: readonly Precedence[];
} {
  const first: LockWish[] = [];
  const behind: Precedence[] = [];
  for (const wish of wishes) {
    const before = first.find(({ target, session }) =>
      target && wish.target ? session !== wish.session && overlaps(target, wish.target) : false,
    );
    if (before) behind.push({ wish, before });
    else first.push(wish);
  }
  return { first, behind };
}
