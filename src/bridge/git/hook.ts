import { text } from 'node:stream/consumers';
import { InterlockError, reportOf } from '../../coordinator/kernel/errors.ts';
import { exitCodes } from '../cli/command.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';
import { askAboutGit, type GitQuestion, type GitVerdict, type Objection } from './ask.ts';
import { pushedChanges, stagedChange } from './changes.ts';
import { overrideIn } from './override.ts';
import { gitLine } from './run-git.ts';
import { addTrailers } from './trailers.ts';

/** Named in a refusal; whoever wants all of them asks `interlock locks`. */
const mostNamed = 10;

/**
 * `git-hook <event> [arguments of git…]`: what git's own hooks run. Code 0 lets git go on.
 *
 * Where no coordinator can be asked, an agent is stopped and a person is told: an agent does not mind waiting and can
 * read why, and a person whose commit is refused by a broken guard removes the guard.
 */
export async function gitHook(args: readonly string[], environment: Environment): Promise<number> {
  const [event, ...rest] = args;
  const folder = workingFolder();
  try {
    if (folder === undefined) throw new InterlockError('invalid_input', 'The working folder is gone.');
    if (event === 'pre-commit') return await preCommit(environment, folder);
    if (event === 'pre-push') return await prePush(environment, folder, rest[0] ?? '');
    if (event === 'prepare-commit-msg') return await prepareMessage(environment, folder, rest[0] ?? '');
  } catch (error) {
    return notChecked(event ?? '', error, environment);
  }
  tell(`git-hook: ${JSON.stringify(event)} is no hook that is known here.`);
  return exitCodes.usage;
}

async function preCommit(environment: Environment, folder: string): Promise<number> {
  const change = await stagedChange(folder);
  if (change.paths.length === 0) return exitCodes.ok;
  return answer(environment, folder, { event: 'pre-commit', changes: [change], refs: [] });
}

async function prePush(environment: Environment, folder: string, remote: string): Promise<number> {
  const pushed = await pushedChanges(folder, remote, await text(process.stdin));
  if (pushed.refs.length === 0) return exitCodes.ok;
  return answer(environment, folder, { event: 'pre-push', ...pushed });
}

/** A message without its trailers is no reason to stop a commit. */
async function prepareMessage(environment: Environment, folder: string, file: string): Promise<number> {
  const question: GitQuestion = { event: 'prepare-commit-msg', changes: [], refs: [] };
  try {
    const { author, trailers } = await askAboutGit(environment, folder, question);
    if (author !== null && trailers) await addTrailers(folder, file, author);
  } catch (error) {
    tell(`the commit message does not name the agent: ${sentence(error)}`);
  }
  return exitCodes.ok;
}

async function answer(
  environment: Environment,
  folder: string,
  question: Pick<GitQuestion, 'event' | 'changes' | 'refs'>,
): Promise<number> {
  const [override, person] = await Promise.all([
    overrideIn(environment, folder),
    gitLine(folder, ['var', 'GIT_AUTHOR_IDENT']),
  ]);
  const verdict = await askAboutGit(environment, folder, {
    ...question,
    ...(person === undefined ? {} : { person: person.replace(/ \d+ [+-]\d{4}$/, '') }),
    ...(override === undefined ? {} : { override }),
  });
  explain(question.event, verdict);
  return verdict.success ? exitCodes.ok : exitCodes.bad;
}

function explain(event: string, { success, objections, overridden, author }: GitVerdict): void {
  if (objections.length === 0) return;
  const what = event === 'pre-push' ? 'push' : 'commit';
  if (overridden) tell(`what stands against this ${what} was overridden, and is on the record:`);
  else tell(`this ${what} was stopped:`);
  for (const objection of objections.slice(0, mostNamed)) tell(`  ${inWords(objection)}`);
  if (objections.length > mostNamed) tell(`  and ${objections.length - mostNamed} more`);
  if (success) return;
  tell(
    author === null
      ? `Wait, or leave it out. To go on with a reason that is recorded: INTERLOCK_OVERRIDE="<reason>" git ${what} …`
      : `You are ${author.agent_id}. Leave it out (git restore --staged <file>), or wait until it is free: check_locks shows it.`,
  );
}

function inWords(objection: Objection): string {
  if (objection.kind === 'protected_branch') {
    const does = { create: 'creates', update: 'changes', rewrite: 'rewrites', delete: 'deletes' } as const;
    return `it ${does[objection.change ?? 'update']} the protected branch ${objection.ref?.replace('refs/heads/', '')}`;
  }
  const { file_path, lock_path, locked_by, expires_at, lock_reason, commit } = objection;
  const under = lock_path === file_path ? '' : ` (under ${lock_path})`;
  const why = lock_reason ? `, for “${lock_reason}”` : '';
  const of = commit === undefined ? '' : ` in commit ${commit.slice(0, 10)}`;
  return `${file_path}${under}${of} is locked by ${locked_by} until ${expires_at}${why}`;
}

/** Nobody judged it: see {@link gitHook}. */
function notChecked(event: string, error: unknown, environment: Environment): number {
  const isRefusal = error instanceof InterlockError && refusals.has(error.code);
  const isAgent = [environment.sessionId, environment.chat, environment.agentId].some(
    name => name !== undefined,
  );
  if (isRefusal || isAgent) {
    tell(`${event} was stopped, because Interlock could not judge it: ${sentence(error)}`);
    return exitCodes.failed;
  }
  tell(`${event} was NOT checked: ${sentence(error)}`);
  tell('`interlock doctor` finds out what is wrong.');
  return exitCodes.ok;
}

/** The coordinator, or git's configuration, was understood and says no. */
const refusals: ReadonlySet<string> = new Set([
  'operation_not_permitted',
  'agent_suspended',
  'insufficient_trust_level',
  'policy_denied',
  'invalid_input',
]);

function sentence(error: unknown): string {
  const { message, next } = reportOf(error);
  return [message, next].filter(Boolean).join(' ');
}

/** Agents choose names and reasons: what would steer a terminal is left out. */
function tell(line: string): void {
  process.stderr.write(`interlock: ${line.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '?')}\n`);
}
