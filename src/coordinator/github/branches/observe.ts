import { createHash } from 'node:crypto';
import { type AgentBranch, parseAgentBranch } from '../convention.ts';
import { basesOf, type Descent, descentOf } from './bases.ts';
import { allFilesOf, areContained, type ChangedFile, changesIn, type Span } from './changes.ts';
import type { ObservedBranch, ObservedClone, Oddity } from './observed.ts';
import { type CloneRefs, type Ref, readRefs } from './refs.ts';

/** Which branches are looked at. */
export interface Convention {
  /** What the names of agents' branches begin with: `agent`. */
  readonly prefix: string;
  /** Remotes that count; none: all of them. */
  readonly remotes: readonly string[];
  /** Branches that work ends up in; none: the default branches. */
  readonly bases: readonly string[];
}

interface Candidate extends AgentBranch {
  readonly ref: Ref;
}

/**
 * Looks at every agent branch of the clone that a folder lies in: where it left the base, and which files it changes.
 * Undefined where the folder lies in no repository. Nothing is fetched, and nothing in the clone is changed.
 * @param before what was found the last time: where nothing has changed since, it is the answer
 */
export async function observeClone(
  folder: string,
  convention: Convention,
  before?: ObservedClone,
): Promise<ObservedClone | undefined> {
  const clone = await readRefs(folder);
  if (!clone) return undefined;
  const counted = clone.remotes.filter(
    remote => convention.remotes.length === 0 || convention.remotes.includes(remote),
  );
  const bases = basesOf({ ...clone, remotes: counted }, convention.bases);
  const candidates = candidatesIn(clone, counted, convention.prefix);
  const state = stateOf(clone, candidates, bases);
  if (before?.state === state) return before;
  return {
    gitFolder: clone.gitFolder,
    state,
    oddities: odditiesOf(clone, bases),
    bases: bases.map(({ ref }) => ref),
    branches: bases.length === 0 ? [] : await compare(folder, clone, candidates, bases),
  };
}

function candidatesIn(clone: CloneRefs, remotes: readonly string[], prefix: string): readonly Candidate[] {
  return clone.refs.flatMap(ref => {
    if (ref.remote !== null && !remotes.includes(ref.remote)) return [];
    const parsed = parseAgentBranch(ref.name, prefix);
    return parsed ? { ...parsed, ref } : [];
  });
}

function stateOf(clone: CloneRefs, candidates: readonly Candidate[], bases: readonly Ref[]): string {
  const seen = [
    bases.map(({ ref, tip }) => [ref, tip]),
    candidates.map(({ ref }) => [ref.ref, ref.tip, clone.checkedOut.get(ref.ref)]),
    [clone.isShallow, clone.isUnborn, clone.isDetached, clone.isRebasing, clone.remotes],
  ];
  return createHash('sha256').update(JSON.stringify(seen)).digest('hex');
}

function odditiesOf(clone: CloneRefs, bases: readonly Ref[]): readonly Oddity[] {
  const found: readonly (readonly [Oddity, boolean])[] = [
    ['unborn', clone.isUnborn],
    ['no_base', bases.length === 0 && !clone.isUnborn],
    ['no_remote', clone.remotes.length === 0],
    ['shallow', clone.isShallow],
    ['rebasing', clone.isRebasing],
    ['detached', clone.isDetached && !clone.isRebasing],
  ];
  return found.flatMap(([oddity, holds]) => (holds ? [oddity] : []));
}

async function compare(
  folder: string,
  clone: CloneRefs,
  candidates: readonly Candidate[],
  bases: readonly Ref[],
): Promise<readonly ObservedBranch[]> {
  if (candidates.length === 0) return [];
  const baseTips = [...new Set(bases.map(({ tip }) => tip))];
  const tips = [...new Set(candidates.map(({ ref }) => ref.tip))];
  const descent = await descentOf(folder, tips, baseTips);
  const changes = await changesByTip(folder, clone, descent);
  const squashed = await contained(folder, changes, baseTips);
  return candidates.map(({ ref, agentId, taskId, branch }) => {
    const come = descent.get(ref.tip) ?? { kind: 'contained' };
    const standing = standingOf(come, clone, squashed.has(ref.tip));
    return {
      ref: ref.ref,
      remote: ref.remote,
      branch,
      agent_id: agentId,
      task_id: taskId,
      tip: ref.tip,
      base: come.kind === 'ahead' ? come.base : null,
      committed_at: ref.committedAt.toISOString(),
      worktree: clone.checkedOut.get(ref.ref) ?? null,
      standing,
      files: standing === 'open' ? (changes.get(ref.tip) ?? []).map(({ object: _, ...file }) => file) : [],
    };
  });
}

/** A history that was cut off cannot say whether it has nothing in common, or only nothing that is here. */
function standingOf(
  come: Descent,
  { isShallow }: CloneRefs,
  isSquashed: boolean,
): ObservedBranch['standing'] {
  if (come.kind === 'contained' || isSquashed) return 'merged';
  return come.kind === 'unrelated' && isShallow ? 'unknown' : 'open';
}

async function changesByTip(
  folder: string,
  { isPartial, isShallow }: CloneRefs,
  descent: ReadonlyMap<string, Descent>,
): Promise<ReadonlyMap<string, readonly ChangedFile[]>> {
  const found = new Map<string, readonly ChangedFile[]>();
  const spans: Span[] = [];
  for (const [tip, come] of descent) {
    if (come.kind === 'ahead') spans.push([tip, come.base]);
    if (come.kind === 'unrelated' && !isShallow) found.set(tip, await allFilesOf(folder, tip));
  }
  const changed = await changesIn(folder, spans, isPartial);
  for (const [index, [tip]] of spans.entries()) found.set(tip, changed[index] ?? []);
  return found;
}

/** The tips whose changes a base has, although not their commits. */
async function contained(
  folder: string,
  changes: ReadonlyMap<string, readonly ChangedFile[]>,
  baseTips: readonly string[],
): Promise<ReadonlySet<string>> {
  const tips = [...changes.keys()];
  const found = new Set<string>();
  for (const base of baseTips) {
    const answers = await areContained(folder, [...changes.values()], base);
    for (const [index, tip] of tips.entries()) if (answers[index]) found.add(tip);
  }
  return found;
}
