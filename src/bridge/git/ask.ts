import { errorOf } from '../../coordinator/client/refusal.ts';
import { connect } from '../connection.ts';
import type { Environment } from '../environment.ts';
import type { Change, PushedRef } from './changes.ts';

/** What one of git's hooks asks the coordinator. */
export interface GitQuestion {
  readonly event: 'pre-commit' | 'pre-push' | 'prepare-commit-msg';
  readonly changes: readonly Change[];
  readonly refs: readonly PushedRef[];
  readonly person?: string;
  readonly override?: string;
}

export interface Objection {
  readonly kind: 'lock' | 'protected_branch';
  readonly file_path?: string;
  readonly commit?: string;
  readonly lock_path?: string;
  readonly locked_by?: string;
  readonly expires_at?: string;
  readonly lock_reason?: string | null;
  readonly ref?: string;
  readonly change?: PushedRef['change'];
}

export interface GitVerdict {
  readonly success: boolean;
  readonly objections: readonly Objection[];
  readonly overridden: boolean;
  readonly author: { readonly agent_id: string; readonly how: string; readonly task: string | null } | null;
  readonly trailers: boolean;
}

/** Somebody waits at a prompt, and a first start creates the store. Milliseconds. */
const reachMs = 15_000;
const answerMs = 30_000;

/** The coordinator takes a megabyte at a time, and so many files of one change. */
const mostBytes = 400_000;
const mostPaths = 5_000;

/** Asks as whoever the environment names. @throws InterlockError where nobody answers, or the answer is a refusal. */
export async function askAboutGit(
  environment: Environment,
  folder: string,
  question: GitQuestion,
): Promise<GitVerdict> {
  const coordinator = await connect(withoutGit(environment), { start: true, deadlineMs: reachMs });
  try {
    let verdict: GitVerdict | undefined;
    for (const [index, changes] of pieces(question.changes).entries()) {
      const change = { ...question, changes, refs: index === 0 ? question.refs : [] };
      const { status, body } = await coordinator.request('POST', '/hooks/git', {
        body: { change, process: processOf(environment, folder) },
        timeoutMs: answerMs,
        retry: true,
      });
      if (status !== 200) throw errorOf(body);
      verdict = together(verdict, body as GitVerdict);
    }
    if (!verdict) throw new Error('a question has at least one piece');
    return verdict;
  } finally {
    coordinator.close();
  }
}

function together(before: GitVerdict | undefined, next: GitVerdict): GitVerdict {
  if (!before) return next;
  return {
    ...next,
    success: before.success && next.success,
    overridden: before.overridden || next.overridden,
    objections: [...before.objections, ...next.objections],
  };
}

/** The changes in pieces that one request carries; one piece without changes where there are none. */
export function pieces(changes: readonly Change[]): readonly (readonly Change[])[] {
  const done: Change[][] = [];
  let piece: Change[] = [];
  let room = mostBytes;
  for (const change of changes) {
    if (room < 1_000) {
      done.push(piece);
      [piece, room] = [[], mostBytes];
    }
    let paths: string[] = [];
    for (const path of change.paths) {
      const size = Buffer.byteLength(path) + 8;
      if (room < size + 200 || paths.length === mostPaths) {
        done.push([...piece, { ...change, paths }]);
        [piece, paths, room] = [[], [], mostBytes];
      }
      paths.push(path);
      room -= size;
    }
    piece.push({ ...change, paths });
    room -= 200;
  }
  return [...done, piece];
}

/** What git tells its hooks about this repository must not reach a coordinator that this one starts: it serves many. */
function withoutGit(environment: Environment): Environment {
  const variables = Object.entries(environment.variables).filter(([name]) => !name.startsWith('GIT_'));
  return { ...environment, variables: Object.fromEntries(variables) };
}

function processOf(environment: Environment, folder: string): object {
  const { sessionId, agentId, agentType, project, delegatedFrom, chat } = environment;
  return {
    cwd: folder,
    sessionId,
    agentId,
    agentType,
    project,
    delegatedFrom,
    harness: chat?.harness,
    harnessSession: chat?.sessionId,
  };
}
