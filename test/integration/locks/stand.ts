import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { type ErrorReport, InterlockError, reportOf } from '../../../src/coordinator/kernel/errors.ts';
import type { CoordinatorEvent } from '../../../src/coordinator/kernel/events.ts';
import { type Operation, operation } from '../../../src/coordinator/kernel/operation.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { adviceFor } from '../../../src/coordinator/locks/advice.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { agentOf } from '../../../src/coordinator/locks/input.ts';
import { releaseLock } from '../../../src/coordinator/locks/release.ts';
import { releaseLocksOfSession } from '../../../src/coordinator/locks/session-locks.ts';
import { acquireForWrite, peekWrites } from '../../../src/coordinator/locks/writes.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { type CoordinatorFixture, openCoordinator, openProfiles } from '../../support/coordinator.ts';
import { deferred } from '../../support/deferred.ts';

/** A credential, and the folder in which whoever shows it works. */
export interface Worker {
  readonly credential: Credential;
  readonly folder: string;
  readonly sessionId: string;
}

export interface Answer {
  readonly success: boolean;
  readonly action?: string;
  readonly reason?: string;
  readonly file_path?: string;
  readonly fence?: number;
  readonly expires_at?: string;
  readonly locked_by?: string;
  readonly suggestion?: string;
  readonly queue?: readonly { readonly agent_id: string }[];
  readonly locks?: readonly { readonly file_path: string; readonly fence: number; readonly action: string }[];
  readonly advice?: readonly string[];
}

export interface Verdict {
  readonly refusal: ErrorReport | null;
  readonly asks: readonly { readonly answer: string; readonly rule: string; readonly effect: string }[];
  readonly advice: readonly string[];
  readonly locks: readonly { readonly file_path: string; readonly fence: number }[];
}

export interface ShownLock {
  readonly file_path: string;
  readonly locked_by: string;
  readonly session_id: string;
  readonly fence: number;
  readonly automatic: boolean;
  readonly [field: string]: unknown;
}

type Asked = string | Record<string, unknown>;

/** A coordinator, agents that lock through its corridor, and a clock for leases that a test sets. */
export interface LockStand extends CoordinatorFixture {
  readonly events: readonly CoordinatorEvent[];
  /** An agent that locks by name. */
  worker(agentId: string, agentType?: string): Promise<Worker>;
  /** An agent whose writes are seen by hooks, in a folder. */
  chat(agentId: string, folder?: string): Promise<Worker>;
  /** Another worktree of the same repository, on a new branch of that name. Needs a stand that is a repository. */
  worktree(branch: string): Promise<string>;
  as(worker: Worker, operation: Operation, input: unknown): Promise<unknown>;
  acquire(worker: Worker, asked: Asked): Promise<Answer>;
  /** Asks with `wait_seconds` and returns when the call has begun to wait. */
  queue(worker: Worker, asked: Asked, signal?: AbortSignal): Promise<{ readonly answer: Promise<Answer> }>;
  release(worker: Worker, asked: Asked): Promise<unknown>;
  shown(input?: Record<string, unknown>): Promise<readonly ShownLock[]>;
  /** What a hook asks for before the write. */
  write(worker: Worker, ...paths: string[]): Promise<Verdict>;
  /** The same, after the person who was asked has agreed. */
  writeAgreed(worker: Worker, ...paths: string[]): Promise<Verdict>;
  peek(worker: Worker, ...paths: string[]): Promise<Verdict>;
  /** What the hook tells the session unasked. */
  advice(worker: Worker): Promise<readonly string[]>;
  /** What the hook does when the agent's turn is over. */
  stop(worker: Worker): Promise<void>;
  /** Ids of the sessions through which people hold files in the main worktree. */
  personSessions(): Promise<readonly { readonly external_id: string }[]>;
  configure(settings: Record<string, unknown>): Promise<void>;
  /** Lets the leases of a session lapse, as if it had been paused for long. */
  lapse(worker: Pick<Worker, 'sessionId'>): Promise<void>;
}

const Paths = z.object({ paths: z.array(z.string()).default([]), asked: z.boolean().default(false) });
const common = {
  description: 'What a hook does.',
  callers: ['agent' as const],
  input: Paths,
  output: z.unknown(),
  resource: () => ({ type: 'Tool' as const, id: 'edit' }),
};
const shownVerdict = <V extends { readonly refusal?: InterlockError }>(verdict: V) => ({
  ...verdict,
  refusal: verdict.refusal ? reportOf(verdict.refusal) : null,
});

/** What `check_tool_use` does with locks, each piece as an operation of the test. */
const hook = {
  write: operation({
    ...common,
    name: 'test_write',
    title: 'Write',
    access: 'write',
    ownAffair: true,
    run: async (context, { paths, asked }) =>
      shownVerdict(await acquireForWrite(context, agentOf(context), paths, { asked })),
  }),
  peek: operation({
    ...common,
    name: 'test_peek',
    title: 'Peek',
    access: 'read',
    run: async (context, { paths }) =>
      shownVerdict(await peekWrites(context.tx, agentOf(context), context, paths)),
  }),
  advice: operation({
    ...common,
    name: 'test_advice',
    title: 'Advice',
    access: 'write',
    run: context => adviceFor(context, agentOf(context).sessionId),
  }),
  stop: operation({
    ...common,
    name: 'test_stop',
    title: 'Stop',
    access: 'write',
    run: context => releaseLocksOfSession(context, agentOf(context).sessionId, { onlyAutomatic: true }),
  }),
};

/** @param more the folder of another stand, to share its project; or `repository`, to make the folder one, on branch main. */
export async function openLockStand(
  database: Database,
  more: { readonly folder?: string; readonly repository?: boolean; readonly monotonicMs?: () => number } = {},
): Promise<LockStand> {
  const fixture = await openCoordinator(database, more.folder, more.monotonicMs);
  const git = (...args: string[]) =>
    promisify(execFile)('git', [
      ...['-C', fixture.folder, '-c', 'user.name=t', '-c', 'user.email=t@example.com'],
      ...args,
    ]);
  if (more.repository) {
    await git('init', '-q', '-b', 'main');
    await git('commit', '-q', '--allow-empty', '-m', 'start');
  }
  await openProfiles(fixture, database);
  const events: CoordinatorEvent[] = [];
  fixture.coordinator.bus.subscribe(event => events.push(event));
  let olga: Credential | undefined;

  const walk = (worker: Worker, operation: Operation, input: unknown, more: object = {}) =>
    fixture.coordinator.corridor.walk({
      operation,
      input,
      credential: worker.credential,
      door: 'hook',
      cwd: worker.folder,
      ...more,
    });
  const inputOf = (asked: Asked) => (typeof asked === 'string' ? { file_path: asked } : asked);

  return {
    ...fixture,
    events,
    async worker(agentId, agentType = 'codex') {
      const credential = await fixture.agent(agentType, agentId);
      return { credential, folder: fixture.folder, sessionId: credential.sessionId };
    },
    async chat(agentId, at = fixture.folder) {
      const credential: Credential = {
        kind: 'harness',
        harness: 'claude_code',
        sessionId: crypto.randomUUID(),
        agentId,
      };
      const worker = { credential, folder: at, sessionId: '' };
      await walk(worker, hook.peek, {});
      const [row] = await database.query(
        sql<{ id: string }>`select id from sessions where external_id = ${credential.sessionId}`,
      );
      return { ...worker, sessionId: row?.id ?? '' };
    },
    async worktree(branch) {
      const at = path.join(fixture.folder, '.worktrees', branch);
      await git('worktree', 'add', '-q', '-b', branch, at);
      return at;
    },
    as: walk,
    acquire: async (worker, asked) => (await walk(worker, acquireLock, inputOf(asked))) as Answer,
    async queue(worker, asked, signal) {
      const begun = deferred();
      const input = { wait_seconds: 60, ...inputOf(asked) };
      const answer = walk(worker, acquireLock, input, {
        onWaiting: () => begun.resolve(),
        ...(signal ? { signal } : {}),
      }) as Promise<Answer>;
      await Promise.race([begun.promise, answer]);
      return { answer };
    },
    release: (worker, asked) => walk(worker, releaseLock, inputOf(asked)),
    shown: async (input = {}) =>
      ((await fixture.call(checkLocks, input)) as { locks: readonly ShownLock[] }).locks,
    write: async (worker, ...paths) => (await walk(worker, hook.write, { paths })) as Verdict,
    writeAgreed: async (worker, ...paths) =>
      (await walk(worker, hook.write, { paths, asked: true })) as Verdict,
    peek: async (worker, ...paths) => (await walk(worker, hook.peek, { paths })) as Verdict,
    advice: async worker => (await walk(worker, hook.advice, {})) as readonly string[],
    stop: async worker => void (await walk(worker, hook.stop, {})),
    async configure(settings) {
      olga ??= await fixture.operator();
      await fixture.call(configureProject, { settings }, olga);
      // It is in force when the coordinator has heard of it.
      await expect.poll(() => fixture.call(describeProject, {})).toMatchObject({ settings });
    },
    personSessions: () =>
      database.query(
        sql<{ external_id: string }>`
          select external_id from sessions where agent_type = 'person' and worktree = ${fixture.folder}`,
      ),
    async lapse({ sessionId }) {
      await database.query(
        sql`update locks set expires_at = now() - interval '1 second' where session_id = ${sessionId}`,
      );
    },
  };
}

/** The refusal that the promise ends in; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<InterlockError> {
  const outcome = await promise.then(
    answer => new Error(`was not refused but answered ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (outcome instanceof InterlockError) return outcome;
  throw outcome;
}
