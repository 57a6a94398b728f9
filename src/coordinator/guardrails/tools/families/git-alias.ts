import { posix } from 'node:path';
import { plainArg, type Stream } from '../../shell/value.ts';
import type { Call } from '../tool.ts';
import { configuredCommands, hooksSkipped } from './git-command.ts';

/** How far up the directories a repository is looked for. */
const maximumLevels = 24;

/**
 * `git up` may be anything at all: an alias on the command line, in the repository or in the home directory is looked up
 * and followed. A subcommand that is neither known nor an alias is left alone.
 */
export function gitAlias(call: Call): Stream | undefined {
  configuredCommands(call);
  if (call.has('no-verify')) call.effect(hooksSkipped);
  const [word, ...rest] = call.options.operands;
  if (word === undefined || builtins.has(word.text)) return undefined;
  const alias = aliasText(call, word.text.toLowerCase());
  if (alias === undefined) return undefined;
  if (alias.startsWith('!')) {
    const text = `${alias.slice(1)} ${rest.map(arg => `'${arg.text.replaceAll("'", `'\\''`)}'`).join(' ')}`;
    return call.script(plainArg(text));
  }
  return call.run([plainArg('git'), ...alias.split(/\s+/).map(plainArg), ...rest]);
}

function aliasText(call: Call, name: string): string | undefined {
  for (const setting of call.all('config')) {
    const [key = '', ...value] = setting.text.split('=');
    if (key.toLowerCase() === `alias.${name}`) return value.join('=').trim();
  }
  for (const file of configurationFiles(call)) {
    const found = findAlias(call.read(file), name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function* configurationFiles(call: Call): Generator<string> {
  let directory = call.cwd;
  for (let level = 0; directory !== undefined && level < maximumLevels; level++) {
    yield `${gitFolder(call, `${directory}/.git`)}/config`;
    const parent: string = directory.replace(/\/[^/]*$/, '');
    directory = parent === directory ? undefined : parent;
  }
  if (call.home === undefined) return;
  yield `${call.home}/.gitconfig`;
  yield `${call.home}/.config/git/config`;
}

/** In a worktree and in a submodule `.git` is a file that says where the repository is. */
function gitFolder(call: Call, entry: string): string {
  const elsewhere = /^gitdir:\s*(.+?)\s*$/.exec(call.read(entry) ?? '')?.[1];
  if (elsewhere === undefined) return entry;
  const own = posix.resolve(posix.dirname(entry), elsewhere);
  const common = call.read(`${own}/commondir`)?.trim();
  return common === undefined ? own : posix.resolve(own, common);
}

function findAlias(configuration: string | undefined, name: string): string | undefined {
  if (configuration === undefined) return undefined;
  let inAliases = false;
  for (const line of configuration.split(/\r?\n/)) {
    if (/^\s*\[/.test(line)) inAliases = /^\s*\[\s*alias\s*\]/i.test(line);
    const entry = inAliases ? /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) : null;
    if (entry?.[1]?.toLowerCase() === name) return unquote(entry[2] ?? '');
  }
  return undefined;
}

function unquote(value: string): string {
  return value.replace(/\\(["\\])|"/g, (_, escaped: string | undefined) => escaped ?? '');
}

/** Subcommands of git itself that are never aliases (git ignores such aliases) and harm nothing by themselves. */
const builtins = new Set(
  (
    'add am annotate apply archive blame bundle cat-file check-attr check-ignore check-mailmap check-ref-format cherry ' +
    'cherry-pick clone column commit-graph commit-tree config count-objects credential daemon describe diff diff-files diff-index ' +
    'diff-tree difftool fast-export fast-import fetch fetch-pack fmt-merge-msg for-each-ref for-each-repo format-patch fsck ' +
    'get-tar-commit-id grep gui hash-object help index-pack init init-db instaweb interpret-trailers lfs log ls-files ls-remote ls-tree ' +
    'mailinfo mailsplit maintenance merge merge-base merge-file merge-index merge-one-file merge-tree mergetool mktag mktree mv ' +
    'name-rev notes pack-objects pack-refs patch-id pull range-diff read-tree receive-pack remote repack rerere rev-list rev-parse revert ' +
    'send-email shortlog show show-branch show-index show-ref sparse-checkout status stripspace svn symbolic-ref tag unpack-file ' +
    'unpack-objects update-index update-server-info upload-archive upload-pack var verify-commit verify-pack verify-tag whatchanged ' +
    'write-tree version'
  ).split(' '),
);
