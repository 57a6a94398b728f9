import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { hasBlock, isShellScript, withBlock, withoutBlock } from './block.ts';
import { isLefthook, type Layout, layoutOf } from './layout.ts';
import { addToLefthook, isInLefthook, removeFromLefthook } from './lefthook.ts';
import { askGit, git } from './run-git.ts';
import {
  askingScript,
  chainingScript,
  clientHooks,
  type GitEvent,
  gitEvents,
  ourMark,
  type Program,
  passingScript,
  programIn,
  quoted,
} from './script.ts';

/** What an existing hook is called while ours runs it. */
const earlierEnding = '.before-interlock';

/** How one hook of git comes to Interlock. */
export interface HookStatus {
  readonly event: GitEvent;
  readonly installed: boolean;
  /** The file that git runs, or that what git runs reads. */
  readonly file: string;
}

export interface GitHooksStatus {
  readonly worktree: string;
  readonly hooks_folder: string;
  readonly way: 'own' | 'tracked' | 'shared' | 'lefthook';
  readonly installed: boolean;
  /** Whether they were put in once, whatever has become of them since. */
  readonly asking: boolean;
  /** What the hooks run. */
  readonly program?: string;
  readonly hooks: readonly HookStatus[];
}

/**
 * Puts the hooks into the repository of the folder, beside whatever is there, and answers how they stand. Doing it again
 * changes nothing but the program they lead to.
 * @throws InterlockError `invalid_input` where an existing hook cannot be chained; nothing was changed then.
 */
export async function installGitHooks(folder: string, program: Program): Promise<GitHooksStatus> {
  const layout = await layoutOf(folder);
  const events = gitEvents.filter(event => !(layout.lefthook && isLefthook(join(layout.hooks, event))));
  if (layout.kind === 'tracked') for (const event of events) checkScript(join(layout.hooks, event));
  if (layout.lefthook) addToLefthook(layout.lefthook);
  mkdirSync(layout.ours, { recursive: true });
  for (const event of gitEvents) writeScript(join(layout.ours, event), askingScript(event, program));
  if (layout.kind === 'shared') await standIn(layout);
  if (layout.kind === 'own') for (const event of events) chain(layout, event);
  if (layout.kind === 'tracked') for (const event of events) addBlock(join(layout.hooks, event), event);
  return gitHooksStatus(folder);
}

/** Takes away what {@link installGitHooks} added, in whatever way it was done, and leaves the rest as it was. */
export async function removeGitHooks(folder: string): Promise<GitHooksStatus> {
  const before = await layoutOf(folder);
  if (before.kind === 'taken') await standAside(before);
  const layout = await layoutOf(folder);
  for (const event of gitEvents) {
    const file = join(layout.hooks, event);
    if (layout.kind === 'own') unchain(file);
    if (layout.kind === 'tracked') removeBlock(file);
  }
  if (layout.lefthook) removeFromLefthook(layout.lefthook);
  // What lefthook has written over keeps its text under this name.
  for (const event of gitEvents) {
    const replaced = join(layout.hooks, `${event}.old`);
    if (isOurs(replaced)) rmSync(replaced);
  }
  rmSync(layout.ours, { recursive: true, force: true });
  return gitHooksStatus(folder);
}

/** How the hooks stand; somebody may have removed them, or another program written over them. */
export async function gitHooksStatus(folder: string): Promise<GitHooksStatus> {
  const layout = await layoutOf(folder);
  const hooks = gitEvents.map((event): HookStatus => {
    const file = join(layout.hooks, event);
    const asks = existsSync(join(layout.ours, event));
    if (layout.lefthook && isLefthook(file)) {
      return { event, file: layout.lefthook, installed: asks && isInLefthook(layout.lefthook, event) };
    }
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const installed = asks && (text.includes(ourMark) || hasBlock(text)) && isRun(layout, file);
    return { event, file, installed };
  });
  const asked = gitEvents.map(event => join(layout.ours, event)).find(file => existsSync(file));
  const program = asked === undefined ? undefined : programIn(readFileSync(asked, 'utf8'));
  return {
    worktree: layout.worktree,
    hooks_folder: layout.hooks,
    way: layout.lefthook ? 'lefthook' : layout.kind === 'taken' ? 'shared' : layout.kind,
    installed: hooks.every(({ installed }) => installed),
    asking: asked !== undefined,
    ...(program === undefined ? {} : { program }),
    hooks,
  };
}

/** git passes over a hook that may not be executed; husky runs its own by a shell. */
function isRun({ hooks }: Layout, file: string): boolean {
  if (existsSync(join(hooks, '_', 'h')) || process.platform === 'win32') return true;
  return (statSync(file).mode & 0o111) !== 0;
}

/** Our hook in the place of the one that is there, which it runs first. */
function chain(layout: Layout, event: GitEvent): void {
  const file = join(layout.hooks, event);
  const earlier = `${file}${earlierEnding}`;
  mkdirSync(layout.hooks, { recursive: true });
  if (isThere(file) && !isOurs(file)) renameSync(file, earlier);
  // As git runs it from the worktree, so that the repository may be moved.
  const way = relative(layout.commonDir, earlier).replaceAll('\\', '/');
  writeScript(file, chainingScript(event, `$(git rev-parse --git-common-dir)/${way}`));
}

function unchain(file: string): void {
  if (isThere(file) && isOurs(file)) rmSync(file);
  const earlier = `${file}${earlierEnding}`;
  if (isThere(earlier) && !isThere(file)) renameSync(earlier, file);
}

function addBlock(file: string, event: GitEvent): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (text !== undefined && hasBlock(text)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, withBlock(event, text));
  if (text === undefined) chmodSync(file, 0o755);
}

function removeBlock(file: string): void {
  if (!existsSync(file)) return;
  const text = readFileSync(file, 'utf8');
  if (!hasBlock(text)) return;
  const before = withoutBlock(text);
  if (before === undefined) rmSync(file);
  else writeFileSync(file, before);
}

/**
 * A folder of our own before one that other repositories use too: it passes every hook on to that one, and asks besides.
 */
async function standIn(layout: Layout): Promise<void> {
  const folder = join(layout.ours, 'hooks');
  mkdirSync(folder, { recursive: true });
  for (const hook of clientHooks) {
    const event = gitEvents.find(event => event === hook);
    const file = join(folder, hook);
    if (event) writeScript(file, chainingScript(event, quoted(`${layout.hooks}/${hook}`)));
    else if (existsSync(join(layout.hooks, hook))) writeScript(file, passingScript(hook, layout.hooks));
  }
  const own = await askGit(layout.worktree, ['config', '--local', '--get', 'core.hooksPath']);
  if (own.code === 0) writeFileSync(join(layout.ours, 'hooks-path-before'), own.stdout.replace(/\n$/, ''));
  await git(layout.worktree, ['config', '--local', 'core.hooksPath', folder]);
}

async function standAside({ worktree, ours }: Layout): Promise<void> {
  const kept = join(ours, 'hooks-path-before');
  if (existsSync(kept)) {
    await git(worktree, ['config', '--local', 'core.hooksPath', readFileSync(kept, 'utf8')]);
  } else await git(worktree, ['config', '--local', '--unset', 'core.hooksPath']);
}

function checkScript(file: string): void {
  if (!existsSync(file) || isShellScript(readFileSync(file, 'utf8'))) return;
  throw new InterlockError('invalid_input', `${file} is no shell script, so no lines can be added to it.`, {
    next: `Let it run "$(git rev-parse --git-common-dir)/interlock/${basename(file)}" with its own arguments, and end with its exit code.`,
  });
}

function writeScript(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o755 });
  // The file mode creation mask may have taken the right to run it.
  chmodSync(file, 0o755);
}

function isOurs(file: string): boolean {
  return existsSync(file) && readFileSync(file, 'utf8').includes(ourMark);
}

/** A link that leads nowhere is there too. */
function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
