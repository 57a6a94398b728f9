import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../src/coordinator/database/port.ts';
import { sql } from '../src/coordinator/database/sql.ts';
import { createSessionGrants } from '../src/coordinator/grants/held.ts';
import type { AgentCaller, Place } from '../src/coordinator/kernel/caller.ts';
import { createEventBus } from '../src/coordinator/kernel/events.ts';
import type { Operation } from '../src/coordinator/kernel/operation.ts';
import type { Passage } from '../src/coordinator/kernel/passage.ts';
import { acquireLock } from '../src/coordinator/locks/acquire.ts';
import { createAuthorize } from '../src/coordinator/policy/authorize.ts';
import { loadCedar } from '../src/coordinator/policy/cedar.ts';
import { createEngines } from '../src/coordinator/policy/engine.ts';
import { createJudge } from '../src/coordinator/policy/judge.ts';
import { createChangedFiles } from '../src/coordinator/profiles/changed-files.ts';
import { createProfiles } from '../src/coordinator/profiles/profiles.ts';
import { createUsageBook } from '../src/coordinator/profiles/usage.ts';
import { createProjects } from '../src/coordinator/projects/projects.ts';
import { call, registerAgent, startCoordinator } from './coordinator.ts';
import { newPostgresDatabase, openStore } from './databases.ts';
import type { Figure } from './figure.ts';
import { enrolPerson } from './person.ts';
import { median, timesOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const counts = [20, 200, 1_000];
const warmUp = 3_000;
const measured = 5_000;

/** What it costs to decide what an agent may do: its profile and limits, the risk, its grants and the policies. */
export async function policyFigures(stage: Stage): Promise<Figure[]> {
  const [home, url] = [await stage.newHome(), undefined];
  const first = await startCoordinator(stage, home, url);
  await registerAgent(stage, first.client, 'measured');
  await first.stop();
  const database = await openStore(home, url);
  const desk = await openDesk(database, stage.repository);

  const since = performance.now();
  await loadCedar();
  const loadMs = performance.now() - since;
  const figures: Figure[] = [
    warm('native', 'the built-in rules', 0.02, await desk.timesWith('native')),
    { id: 'policy.cedar.load', what: 'Cedar loaded, once in a process', value: loadMs, unit: 'ms' },
  ];
  for (const count of counts) {
    const coldMs = await desk.write(count, 'mixed');
    const changedMs = await desk.change();
    const times = await desk.timesWith('cedar');
    const name = `Cedar with ${count.toLocaleString('en')} policies`;
    figures.push(warm(`cedar.${count}`, name, 0.1, times), {
      id: `policy.cedar.${count}.cold`,
      what: `${name}: the first decision of all, which reads every one of them`,
      value: coldMs,
      unit: 'ms',
    });
    figures.push({
      id: `policy.cedar.${count}.changed`,
      what: `${name}: the first decision after one of them was changed, made at once: median`,
      value: changedMs,
      unit: 'ms',
    });
  }
  await desk.write(1_000, 'all about the call');
  figures.push(
    warm(
      'cedar.worst',
      'Cedar with 1,000 policies that all concern the call',
      undefined,
      await desk.timesWith('cedar'),
    ),
  );
  await desk.close();
  await database.close();
  return [...figures, await syncFigure(stage)];
}

function warm(id: string, name: string, atMost: number | undefined, times: readonly number[]): Figure {
  const { p50, p99 } = timesOf(times);
  return {
    id: `policy.${id}.p50`,
    what: `a decision of the authorize step, ${name}, warm: median`,
    value: p50,
    unit: 'ms',
    ...(atMost === undefined ? {} : { target: { atMost } }),
    beside: `99th percentile ${p99.toPrecision(2)} ms`,
  };
}

/** The authorize step as a coordinator has it, over a store that no coordinator serves. */
async function openDesk(database: Database, folder: string) {
  const fail = (error: unknown) => {
    if (error !== undefined) throw error;
  };
  const monotonicMs = () => performance.now();
  const bus = createEventBus(fail);
  const place = await createProjects(database, bus, monotonicMs).placeOf(folder, undefined);
  const [session] = await database.query(sql<{ id: string; started_at: Date }>`
    select id, started_at from sessions where project_id = ${place.project.id} limit 1`);
  if (!session) throw new Error('no session was registered');
  const caller: AgentCaller = {
    kind: 'agent',
    sessionId: session.id,
    agentId: 'measured',
    agentType: 'claude_code',
    trust: 3,
    delegatedFrom: null,
    startedAt: session.started_at,
    worktree: place.worktree,
  };
  await database.query(sql`
    update profiles set max_api_calls_per_hour = null, max_execution_time_seconds = null, max_file_modifications = null`);
  const usage = createUsageBook(database, monotonicMs, fail);
  const grants = createSessionGrants(database, bus, monotonicMs, fail);
  const engines = createEngines(database, bus, monotonicMs, fail);
  const authorize = createAuthorize({
    engines,
    database,
    profiles: createProfiles(bus, monotonicMs, fail),
    usage,
    changedFiles: createChangedFiles(bus),
    grants,
    judge: createJudge({ grants, engines, now: () => Date.now() }),
    verdicts: new WeakMap(),
  });

  return {
    /** Puts so many policies in force; answers how long the first decision with them takes, in milliseconds. */
    async write(count: number, kind: 'mixed' | 'all about the call'): Promise<number> {
      await database.query(sql`delete from policy_versions`);
      const texts = Array.from({ length: count }, (_, number) => textOf(number, kind));
      await database.query(sql`
        insert into policy_versions (project_id, name, version, action, text, enabled, author, reason)
        select ${place.project.id}, 'policy-' || number, 1, 'created', text, true, 'Olga', 'a measurement'
        from unnest(${texts}::text[]) with ordinality as given (text, number)`);
      bus.publish({ project: place.project.id, topic: 'policy.changed', subject: 'all' });
      const since = performance.now();
      await authorize(passageOf(place, caller, 'cedar', 0));
      return performance.now() - since;
    },
    /** Changes one policy at a time; answers how long the decision takes that is asked for in the same moment. */
    async change(): Promise<number> {
      const times: number[] = [];
      for (let round = 1; round <= 15; round += 1) {
        const text = textOf(10_000 + round, 'all about the call');
        await database.query(sql`
          insert into policy_versions (project_id, name, version, action, text, enabled, author, reason)
          values (${place.project.id}, 'policy-1', ${round + 1}, 'updated', ${text}, true, 'Olga', 'a measurement')`);
        const since = performance.now();
        bus.publish({ project: place.project.id, topic: 'policy.changed', subject: 'policy-1' });
        await authorize(passageOf(place, caller, 'cedar', round));
        times.push(performance.now() - since);
      }
      return median(times);
    },
    async timesWith(engine: 'native' | 'cedar'): Promise<readonly number[]> {
      const times: number[] = [];
      for (let number = 0; number < warmUp + measured; number += 1) {
        const passage = passageOf(place, caller, engine, number);
        const since = performance.now();
        await authorize(passage);
        if (number >= warmUp) times.push(performance.now() - since);
        if (number % 500 === 0) await nextTurn();
      }
      return times;
    },
    async close() {
      await usage.close();
      await grants.close();
    },
  };
}

/** A quarter of the policies are about writing files, the others each about one operation. */
function textOf(number: number, kind: 'mixed' | 'all about the call'): string {
  const operations = ['submit_work', 'get_work', 'remember', 'recall', 'write_handoff', 'check_locks'];
  const action =
    kind === 'all about the call' || number % 4 === 0
      ? 'action in Action::"write"'
      : `action == Action::"${operations[number % operations.length]}"`;
  return `forbid (principal, ${action}, resource is File) when { resource.path like "area-${number}/*" };`;
}

function passageOf(place: Place, caller: AgentCaller, engine: 'native' | 'cedar', number: number): Passage {
  const project = { ...place.project, settings: { ...place.project.settings, 'policy.engine': engine } };
  const resource = { type: 'File' as const, id: `src/file-${number % 50}.ts` };
  const operation = acquireLock as unknown as Operation;
  return {
    call: { operation, input: {}, door: 'http', credential: { kind: 'none' }, cwd: null },
    operation,
    place: { ...place, project },
    caller,
    input: { file_path: resource.id, mode: 'exclusive' },
    access: 'write',
    resource,
    resources: [resource],
    findings: [],
    touched: [],
    reached: [],
    steps: [],
    before: [],
    unused: [],
    facts: {},
    waitedMs: 0,
  };
}

/** From the answer of who saved a policy on one machine to its being in force on another. */
async function syncFigure(stage: Stage): Promise<Figure> {
  const url = await newPostgresDatabase(stage);
  const homes = [await stage.newHome(), await stage.newHome()] as const;
  const person = await enrolPerson(stage, homes[0], url);
  const here = await startCoordinator(stage, homes[0], url);
  const there = await startCoordinator(stage, homes[1], url);
  try {
    await call(stage, here.client, person, 'configure_project', { settings: { 'policy.engine': 'cedar' } });
    const agent = await registerAgent(stage, there.client, 'watching');
    const decision = async () => {
      const asked = { operation: 'acquire_lock', input: { file_path: 'infra/main.tf' } };
      return String((await agent('check_policy', asked)).decision);
    };
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const effect = round % 2 === 0 ? 'forbid' : 'permit';
      const wanted = round % 2 === 0 ? 'deny' : 'allow';
      const text = `${effect} (principal, action == Action::"acquire_lock", resource) when { resource is File && resource.path like "infra/*" };`;
      await call(stage, here.client, person, 'save_policy', { name: 'infra', text, reason: randomUUID() });
      const since = performance.now();
      while ((await decision()) !== wanted) {
        if (performance.now() - since > 10_000) throw new Error('a change of a policy did not arrive');
      }
      times.push(performance.now() - since);
    }
    return {
      id: 'policy.sync',
      what: 'a change of a policy, until it is in force on the other coordinator: median',
      value: median(times),
      unit: 'ms',
      target: { atMost: 1_000 },
      beside: `at most ${Math.max(...times).toFixed(0)} ms`,
    };
  } finally {
    await here.stop();
    await there.stop();
  }
}
