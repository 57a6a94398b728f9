import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { CoordinatorEvent } from '../../../src/coordinator/kernel/events.ts';
import { cancelWork } from '../../../src/coordinator/queue/cancel.ts';
import { completeWork } from '../../../src/coordinator/queue/complete.ts';
import { getTask } from '../../../src/coordinator/queue/get-task.ts';
import { getWork } from '../../../src/coordinator/queue/get-work.ts';
import { releaseWork } from '../../../src/coordinator/queue/hold.ts';
import { listWork } from '../../../src/coordinator/queue/list.ts';
import { settleOverdue } from '../../../src/coordinator/queue/overdue.ts';
import { renewWork } from '../../../src/coordinator/queue/renew.ts';
import { submitWork } from '../../../src/coordinator/queue/submit.ts';
import type { Task } from '../../../src/coordinator/queue/task.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { registerSession } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { deferred } from '../../support/deferred.ts';

/** An agent’s session. */
export interface Worker {
  readonly credential: Credential;
  readonly sessionId: string;
  readonly agentId: string;
}

interface Submitted {
  readonly action: string;
  readonly task_id: string;
  readonly status: string;
  readonly waits_for: number;
  readonly failure_code: string | null;
}

interface Claimed {
  readonly success: boolean;
  readonly task_id: string;
  readonly description: string;
  readonly attempt: number;
  readonly lease_until: string;
  readonly depends_on: readonly string[];
  readonly also_claimed: readonly string[];
  readonly reason?: string;
  readonly pending?: number;
  readonly in_progress?: number;
  readonly held?: number;
  readonly stopped?: readonly string[];
  readonly suggestion?: string;
}

interface Ended {
  readonly action?: string;
  readonly status: string;
  readonly ready: readonly string[];
  readonly cancelled: readonly string[];
  readonly held: readonly string[];
}

interface Listed {
  readonly tasks: readonly {
    readonly task_id: string;
    readonly status: string;
    readonly description: string;
  }[];
  readonly next_cursor: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly dependencies: readonly Readonly<Record<string, unknown>>[];
}

type Fields = Record<string, unknown>;

/** A coordinator, agents that work through its corridor, and a clock for leases and deadlines that a test sets. */
export interface QueueStand extends CoordinatorFixture {
  readonly events: readonly CoordinatorEvent[];
  worker(
    agentId: string,
    how?: { readonly type?: string; readonly capabilities?: string[] },
  ): Promise<Worker>;
  /** Submits a task, and answers its id. */
  task(by: Worker | Credential, description: string, fields?: Fields): Promise<string>;
  submit(by: Worker | Credential, fields: Fields): Promise<Submitted>;
  claim(worker: Worker, fields?: Fields): Promise<Claimed>;
  /** Asks for work with `wait_seconds` and returns when the call has begun to wait. */
  await(worker: Worker, fields?: Fields): Promise<{ readonly answer: Promise<Claimed> }>;
  renew(worker: Worker, id: string, fields?: Fields): Promise<{ action: string; lease_until: string }>;
  complete(worker: Worker, id: string, fields?: Fields): Promise<Ended>;
  cancel(by: Worker | Credential, id: string, reason?: string): Promise<Ended>;
  release(by: Worker | Credential, id: string): Promise<{ status: string; waits_for: number }>;
  read(id: string): Promise<Task>;
  status(id: string): Promise<string>;
  list(fields?: Fields): Promise<Listed>;
  end(worker: Worker): Promise<{ tasks_returned: number }>;
  /** Lets the leases that workers have now be over, as if the workers had been silent for long. */
  lapse(...ids: string[]): Promise<void>;
  /** Lets the deadline of a task be over. */
  passDeadline(id: string): Promise<void>;
  /** What the coordinator does by itself every ten seconds. */
  settle(): Promise<number>;
  operatorKey: Credential;
}

export async function openQueueStand(database: Database, folder?: string): Promise<QueueStand> {
  const fixture = await openCoordinator(database, folder);
  const events: CoordinatorEvent[] = [];
  fixture.coordinator.bus.subscribe(event => events.push(event));
  const operatorKey = await fixture.operator();
  const as = (who: Worker | Credential) => ('credential' in who ? who.credential : who);

  return {
    ...fixture,
    events,
    operatorKey,
    async worker(agentId, { type = 'codex', capabilities = [] } = {}) {
      const input = { agent_type: type, agent_id: agentId, capabilities };
      const answer = (await fixture.call(registerSession, input)) as { token: string; session_id: string };
      return {
        credential: { kind: 'session', token: answer.token },
        sessionId: answer.session_id,
        agentId,
      };
    },
    task: async (by, description, fields = {}) =>
      (
        (await fixture.call(
          submitWork,
          { task_type: 'implement', description, ...fields },
          as(by),
        )) as Submitted
      ).task_id,
    submit: async (by, fields) =>
      (await fixture.call(
        submitWork,
        { task_type: 'implement', description: 'a task', ...fields },
        as(by),
      )) as Submitted,
    claim: async (worker, fields = {}) => (await fixture.call(getWork, fields, worker.credential)) as Claimed,
    async await(worker, fields = {}) {
      const waits = deferred();
      const answer = fixture.coordinator.corridor.walk({
        operation: getWork,
        input: { wait_seconds: 25, ...fields },
        credential: worker.credential,
        door: 'http',
        cwd: fixture.folder,
        onWaiting: () => waits.resolve(),
      }) as Promise<Claimed>;
      await Promise.race([waits.promise, answer]);
      return { answer };
    },
    renew: async (worker, id, fields = {}) =>
      (await fixture.call(renewWork, { id, ...fields }, worker.credential)) as {
        action: string;
        lease_until: string;
      },
    complete: async (worker, id, fields = {}) =>
      (await fixture.call(completeWork, { id, success: true, ...fields }, worker.credential)) as Ended,
    cancel: async (by, id, reason = 'not needed') =>
      (await fixture.call(cancelWork, { id, reason }, as(by))) as Ended,
    release: async (by, id) =>
      (await fixture.call(releaseWork, { id }, as(by))) as { status: string; waits_for: number },
    read: async id => (await fixture.call(getTask, { id }, operatorKey)) as Task,
    status: async id => ((await fixture.call(getTask, { id }, operatorKey)) as Task).status,
    list: async (fields = {}) => (await fixture.call(listWork, fields, operatorKey)) as Listed,
    end: async worker =>
      (await fixture.call(endSession, {}, worker.credential)) as { tasks_returned: number },
    async lapse(...ids) {
      await database.query(
        sql`update tasks set lease_until = clock_timestamp() where id = any(${ids}::uuid[]) and lease_until is not null`,
      );
    },
    async passDeadline(id) {
      await database.query(sql`update tasks set deadline = clock_timestamp() where id = ${id}`);
    },
    settle: () => settleOverdue(database),
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
