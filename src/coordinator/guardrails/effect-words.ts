import type { Effect, EffectOf } from './effects.ts';
import type { Place } from './places.ts';
import { readable } from './shell/value.ts';

/** What an effect does, in plain words, for a person who reads a command step by step. It judges nothing. */
export function wordsOf(effect: Effect): string {
  const words = readable(deedOf(effect));
  const where = effect.elsewhere ? ', on another machine or in a container' : '';
  return effect.guessed ? `perhaps ${words}${where}` : `${words}${where}`;
}

function deedOf(effect: Effect): string {
  switch (effect.kind) {
    case 'delete':
      return deletion(effect);
    case 'write':
      return writing(effect);
    case 'read':
      return `reads ${name(effect.path)}`;
    case 'wipe-device':
      return `overwrites the device ${effect.device}`;
    case 'discard':
      return discarding(effect);
    case 'push':
      return pushing(effect);
    case 'delete-branch':
      return `deletes the branch ${effect.branch}${effect.forced ? ', merged or not' : ''}`;
    case 'rewrite-history':
      return effect.how;
    case 'infrastructure':
      return effect.local ? `${effect.how}, on this machine` : effect.how;
    case 'data':
    case 'migrate':
    case 'system':
    case 'protection':
    case 'git-hooks':
      return effect.how;
    case 'stash':
      return effect.act === 'push' ? 'puts changes aside' : 'brings back changes that were put aside';
    case 'reveal-secret':
      return `shows ${effect.what}`;
    case 'write-secret':
      return `writes a credential (${effect.what}) into ${effect.into}`;
    case 'send':
      return `sends ${effect.what} to ${effect.host}`;
    case 'contact':
      return contacting(effect);
    case 'permission':
      return effect.recursive ? `${effect.how} with everything in it` : effect.how;
    case 'run-fetched':
      return `runs code that ${effect.host} sends`;
    case 'opaque':
      return `cannot be looked into: ${effect.reason}`;
    case 'fork-bomb':
      return 'starts processes without end';
  }
}

function deletion({ manner, path, recursive }: EffectOf<'delete'>): string {
  const verb = { remove: 'deletes', shred: 'overwrites beyond recovery', truncate: 'empties' }[manner];
  return recursive ? `${verb} ${name(path)} with everything in it` : `${verb} ${name(path)}`;
}

function writing({ manner, path }: EffectOf<'write'>): string {
  const verb = { replace: 'writes', append: 'appends to', edit: 'edits', move: 'moves or renames' }[manner];
  return `${verb} ${name(path)}`;
}

function discarding({ what, paths, target }: EffectOf<'discard'>): string {
  const things = {
    changes: 'changes that are not committed',
    commits: 'commits of the current branch',
    untracked: 'files that git does not know',
    ignored: 'files that git ignores',
    stash: 'stashed changes',
    reflog: 'the log by which lost commits are found',
    worktree: 'a worktree',
  }[what];
  const where = paths === undefined ? '' : ` in ${paths.map(name).join(', ')}`;
  return `discards ${things}${where}${target === undefined ? '' : `, back to ${target}`}`;
}

function pushing({ remote, branches, force, everything, prunes }: EffectOf<'push'>): string {
  const named = branches.map(branch => {
    const shown = branch.name === undefined ? 'a branch' : branch.name;
    return branch.deletes ? `the deletion of ${shown}` : shown;
  });
  const what = everything ? 'all branches' : named.join(', ') || 'the current branch';
  const how = {
    no: '',
    lease: ', replacing what is there if nobody has pushed since',
    yes: ', replacing what is there',
  };
  const to = remote === undefined ? 'the remote' : remote;
  return `pushes ${what} to ${to}${how[force]}${prunes ? ', and deletes branches there that are not here' : ''}`;
}

function contacting({ host, purpose }: EffectOf<'contact'>): string {
  const verb = {
    download: 'downloads from',
    upload: 'uploads to',
    clone: 'clones from',
    install: 'installs from',
    login: 'logs in at',
  }[purpose];
  return `${verb} ${host}`;
}

function name(place: Place): string {
  return place.text || 'a place that cannot be known';
}
