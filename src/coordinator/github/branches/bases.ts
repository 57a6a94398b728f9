import { runGit } from '../git.ts';
import type { CloneRefs, Ref } from './refs.ts';

/** What the default branch is called where nobody says it. */
const usualNames = ['main', 'master', 'trunk', 'develop'];

/**
 * The branches that work ends up in: those that are named, else the default branch of each remote and the local one of
 * the same name.
 * @param named names of branches, local or with the remote before them
 */
export function basesOf({ refs, defaults, remotes }: CloneRefs, named: readonly string[]): readonly Ref[] {
  if (named.length > 0) {
    return refs.filter(
      ({ name, remote }) => named.includes(name) || (remote !== null && named.includes(`${remote}/${name}`)),
    );
  }
  const ofRemotes = remotes.flatMap(remote => {
    const said = refs.find(({ ref }) => ref === defaults.get(remote));
    return said ?? firstUsual(refs.filter(ref => ref.remote === remote)) ?? [];
  });
  const local = refs.filter(({ remote }) => remote === null);
  const locals = local.filter(({ name }) => ofRemotes.some(base => base.name === name));
  const found = [...ofRemotes, ...locals];
  return found.length > 0 ? found : [firstUsual(local) ?? []].flat();
}

function firstUsual(refs: readonly Ref[]): Ref | undefined {
  return usualNames.flatMap(usual => refs.find(({ name }) => name === usual) ?? [])[0];
}

/** How a branch stands to the bases. */
export type Descent =
  | { readonly kind: 'contained' }
  | { readonly kind: 'ahead'; readonly base: string }
  /** Its history and theirs have nothing in common, as far as the clone reaches. */
  | { readonly kind: 'unrelated' };

/** Commits of one branch that are walked here; beyond that git is asked about it alone. */
const mostWalked = 20_000;

/**
 * Where each tip left the bases, in one walk of git for all of them. A branch that took in a base since it began has
 * several places where it touches them, and git says which of them counts.
 */
export async function descentOf(
  folder: string,
  tips: readonly string[],
  bases: readonly string[],
): Promise<ReadonlyMap<string, Descent>> {
  const { stdout } = await runGit(folder, ['rev-list', '--parents', '--stdin'], {
    input: `${[...tips, ...bases.map(base => `^${base}`)].join('\n')}\n`,
  });
  const parentsOf = new Map<string, readonly string[]>();
  for (const line of stdout.split('\n')) {
    const [commit, ...parents] = line.split(' ');
    if (commit) parentsOf.set(commit, parents);
  }
  const found = new Map<string, Descent>();
  for (const tip of new Set(tips)) {
    const touched = touches(tip, parentsOf);
    const [first] = touched ?? [];
    if (!parentsOf.has(tip)) found.set(tip, { kind: 'contained' });
    else if (touched?.size === 0) found.set(tip, { kind: 'unrelated' });
    else if (touched?.size === 1 && first) found.set(tip, { kind: 'ahead', base: first });
    else found.set(tip, await askDescent(folder, tip, bases));
  }
  return found;
}

/** The commits of the bases that the branch comes from; undefined where it is too long to say. */
function touches(
  tip: string,
  parentsOf: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> | undefined {
  const touched = new Set<string>();
  const seen = new Set([tip]);
  const open = [tip];
  for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
    for (const parent of parentsOf.get(commit) ?? []) {
      if (!parentsOf.has(parent)) touched.add(parent);
      else if (!seen.has(parent)) open.push(parent);
      seen.add(parent);
    }
    if (seen.size > mostWalked) return undefined;
  }
  return touched;
}

/** The best common ancestor with what a merge of all bases would be. */
async function askDescent(folder: string, tip: string, bases: readonly string[]): Promise<Descent> {
  const { stdout } = await runGit(folder, ['merge-base', tip, ...bases], { accepts: [0, 1] });
  const base = stdout.split('\n')[0];
  return base ? { kind: 'ahead', base } : { kind: 'unrelated' };
}
