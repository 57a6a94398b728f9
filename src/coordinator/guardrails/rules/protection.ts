import type { EffectOf } from '../effects.ts';
import type { GuardContext } from '../judgement.ts';
import {
  asksInterlock,
  guardPathsOfRepository,
  holdsAskingHook,
  holdsOwn,
  isGuardPlace,
  isOwn,
  realPath,
} from '../own-files.ts';
import { type Place, placeOf } from '../places.ts';
import type { RepositoryFacts } from '../repository.ts';
import { readable } from '../shell/value.ts';
import { type Finding, type RuleDefinition, rule } from './rule.ts';

const common = {
  category: 'self_protection',
  severity: 'approval_required',
  minTrust: 5,
  why: 'An agent that can change its own guard has none.',
  suggestion: 'Ask a person to change it in the editor.',
} as const;

/** A hook that asks Interlock goes on asking where lines are added at its end. */
const writeOwn = rule({
  ...common,
  id: 'self-protection.write',
  kind: 'write',
  judge: ({ path, manner }, context) => {
    const hook =
      path.absolute !== undefined &&
      (manner === 'move'
        ? holdsAskingHook(path.absolute, context)
        : manner !== 'append' && asksInterlock(path.absolute, context));
    return hook || isGuardPlace(path, context) ? about('changes', path) : undefined;
  },
});

const deleteOwn = rule({
  ...common,
  id: 'self-protection.delete',
  kind: 'delete',
  judge: ({ path }, context) =>
    isGuardPlace(path, context) || holdsGuard(path, context) ? about('deletes', path) : undefined,
});

function about(verb: string, { text }: Place): Finding {
  return { effect: `${verb} ${readable(text)}, which is part of what watches over agents` };
}

/** A directory goes with everything in it. */
function holdsGuard({ absolute }: Place, context: GuardContext): boolean {
  return absolute !== undefined && (holdsOwn(absolute, context) || holdsAskingHook(absolute, context));
}

const readStore = rule({
  ...common,
  id: 'self-protection.read-store',
  kind: 'read',
  why: 'The store holds approvals and sessions of everyone.',
  judge: ({ path: { absolute, text } }, context) => {
    const own =
      absolute !== undefined && [absolute, realPath(absolute, context)].some(at => isOwn(at, context));
    return own ? { effect: `reads ${readable(text)}, which belongs to Interlock` } : undefined;
  },
});

const discard = rule({
  ...common,
  id: 'self-protection.discard',
  kind: 'discard',
  judge: async ({ what, directory, paths }, context) => {
    if (what === 'changes' || what === 'untracked')
      return setBack(await changedGuard(directory, paths, what === 'untracked', context));
    return setBack(paths?.find(place => isGuardPlace(place, context) || holdsGuard(place, context))?.text);
  },
});

function setBack(file: string | undefined): Finding | undefined {
  if (file === undefined) return undefined;
  return { effect: `sets ${readable(file)} back, which is part of what watches over agents` };
}

/** The first file of the guard that is named, or that has changes and lies where all changes go. */
async function changedGuard(
  directory: string | undefined,
  paths: readonly Place[] | undefined,
  untracked: boolean,
  context: GuardContext,
): Promise<string | undefined> {
  const named = paths?.find(place => isGuardPlace(place, context) || holdsGuard(place, context));
  if (named !== undefined) return named.text;
  const facts = await factsAt(directory, context);
  if (facts === undefined) return undefined;
  const below = paths?.map(({ absolute }) => absolute);
  const reached = guardPathsOfRepository
    .map(name => `${facts.root}/${name}`)
    .filter(file => below === undefined || below.some(at => at !== undefined && file.startsWith(`${at}/`)));
  if (reached.length === 0) return undefined;
  const changes = await facts.changes(reached);
  const found = untracked ? changes?.untracked : changes?.tracked;
  return found === undefined || found === 0 ? undefined : 'the settings of agents';
}

function factsAt(
  directory: string | undefined,
  { repository }: GuardContext,
): Promise<RepositoryFacts | undefined> {
  if (directory === undefined || repository === undefined) return Promise.resolve(undefined);
  return repository(directory);
}

const stash = rule({
  ...common,
  id: 'self-protection.stash',
  kind: 'stash',
  judge: async (effect, context) => {
    if (effect.act === 'pop') return broughtBack(effect, context);
    const { directory, paths, untracked } = effect;
    const found =
      (await changedGuard(directory, paths, false, context)) ??
      (untracked ? await changedGuard(directory, paths, true, context) : undefined);
    return setBack(found);
  },
});

async function broughtBack(
  { directory, stash: which = 'stash@{0}' }: EffectOf<'stash'>,
  context: GuardContext,
): Promise<Finding | undefined> {
  const facts = await factsAt(directory, context);
  const names = await facts?.stashed(which);
  if (facts === undefined || names === undefined) return undefined;
  const from = { cwd: facts.root, workspace: facts.root, home: undefined, elsewhere: false };
  const places = names.map(name => placeOf(name, from));
  const own = places.find(
    place =>
      isGuardPlace(place, context) ||
      (place.absolute !== undefined && asksInterlock(place.absolute, context)),
  );
  return own && about('brings back', own);
}

const gitHooks = rule({
  ...common,
  id: 'self-protection.git-hooks',
  kind: 'git-hooks',
  judge: async ({ directory, into, how }, context) => {
    // Where nothing asks Interlock, hooks are the project's own affair.
    if ((await (await factsAt(directory, context))?.hooksAsk()) !== true) return undefined;
    const asks = into?.absolute !== undefined && holdsAskingHook(into.absolute, context);
    return asks ? undefined : { effect: how };
  },
});

const protection = rule({
  ...common,
  id: 'self-protection.command',
  kind: 'protection',
  suggestion: 'Ask a person to do it in the editor.',
  judge: effect => ({ effect: readable(effect.how) }),
});

export const protectionRules: readonly RuleDefinition[] = [
  writeOwn,
  deleteOwn,
  discard,
  stash,
  gitHooks,
  readStore,
  protection,
];
