import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { readAsset } from '../../src/coordinator/assets.ts';
import { type Coordinator, createCoordinator } from '../../src/coordinator/coordinator.ts';
import type { Database } from '../../src/coordinator/database/port.ts';
import { sql } from '../../src/coordinator/database/sql.ts';
import type { Credential } from '../../src/coordinator/kernel/caller.ts';
import type { Operation } from '../../src/coordinator/kernel/operation.ts';
import { enrollOperator, hashOfKey } from '../../src/coordinator/operators/operators.ts';
import { describeProject } from '../../src/coordinator/projects/describe.ts';
import { registerSession } from '../../src/coordinator/sessions/register.ts';

/** A coordinator over a test database, and the folder of one repository for its calls. */
export interface CoordinatorFixture {
  readonly coordinator: Coordinator;
  /** A folder of its own: a project of its own. */
  readonly folder: string;
  /** What the coordinator reported as errors; a test that expects none checks it. */
  readonly errors: readonly object[];
  call(operation: Operation, input: unknown, credential?: Credential, signal?: AbortSignal): Promise<unknown>;
  /** Registers an agent's session and answers its credential. */
  agent(agentType: string, agentId?: string): Promise<Credential & { kind: 'session'; sessionId: string }>;
  /** The credential of a person who may decide. */
  operator(): Promise<Credential>;
  close(): Promise<void>;
}

/** Opens a coordinator on a database that the caller closes. `folder` puts it on the project of another fixture. */
export async function openCoordinator(
  database: Database,
  folder?: string,
  monotonicMs = () => performance.now(),
): Promise<CoordinatorFixture> {
  const errors: object[] = [];
  const own = folder ?? (await realpath(await mkdtemp(path.join(tmpdir(), 'interlock-'))));
  const coordinator = await createCoordinator({
    database,
    asset: readAsset,
    protectedPaths: [],
    version: '0.0.0-test',
    monotonicMs,
    log: { info: () => {}, warn: facts => errors.push(facts), error: facts => errors.push(facts) },
  });
  const call = (
    operation: Operation,
    input: unknown,
    credential: Credential = { kind: 'none' },
    signal?: AbortSignal,
  ) =>
    coordinator.corridor.walk({
      operation,
      input,
      credential,
      door: 'http',
      cwd: own,
      ...(signal ? { signal } : {}),
    });
  return {
    coordinator,
    folder: own,
    errors,
    call,
    async agent(agentType, agentId = agentType) {
      const answer = (await call(registerSession, { agent_type: agentType, agent_id: agentId })) as {
        token: string;
        session_id: string;
      };
      return { kind: 'session', token: answer.token, sessionId: answer.session_id };
    },
    async operator() {
      const input = { name: 'Olga', key_hash: hashOfKey(`key of ${own}`) };
      await coordinator.corridor
        .walk({
          operation: enrollOperator,
          input,
          credential: { kind: 'system', name: 'test' },
          door: 'system',
          cwd: null,
        })
        .catch(async error => {
          // The database of the suite has an operator of another test already: that one enrols this one.
          await call(enrollOperator, input, {
            kind: 'operator',
            key: firstKeys.get(database) ?? raise(error),
          });
        });
      if (!firstKeys.has(database)) firstKeys.set(database, `key of ${own}`);
      return { kind: 'operator', key: `key of ${own}` };
    },
    async close() {
      await coordinator.close();
      if (folder === undefined) await rm(own, { recursive: true, force: true });
    },
  };
}

/** Opens the profiles of the fixture's project to operations of the test and to as many calls as it likes to make. */
export async function openProfiles(fixture: CoordinatorFixture, database: Database): Promise<void> {
  const { project_id } = (await fixture.call(describeProject, {})) as { project_id: string };
  await database.query(sql`
    update profiles set allowed_operations = '{}', max_file_modifications = null, max_api_calls_per_hour = null,
      max_execution_time_seconds = null
    where project_id = ${project_id}`);
  fixture.coordinator.bus.publish({ project: project_id, topic: 'profile.changed', subject: 'all' });
}

const firstKeys = new WeakMap<Database, string>();

function raise(error: unknown): never {
  throw error;
}
