import { readAsset } from '../src/coordinator/assets.ts';
import { createCoordinator } from '../src/coordinator/coordinator.ts';
import type { Database } from '../src/coordinator/database/port.ts';
import { sql } from '../src/coordinator/database/sql.ts';
import type { AgentCaller } from '../src/coordinator/kernel/caller.ts';
import type { Operation, OperationContext } from '../src/coordinator/kernel/operation.ts';
import { defaultSettings } from '../src/coordinator/kernel/settings.ts';
import { completeWork } from '../src/coordinator/queue/complete.ts';
import { getWork } from '../src/coordinator/queue/get-work.ts';
import { registerSession } from '../src/coordinator/sessions/register.ts';
import { registerAgent, startCoordinator } from './coordinator.ts';
import { openStore, type Store, stores } from './databases.ts';
import type { Figure } from './figure.ts';
import { enrolPerson, liftLimits } from './person.ts';
import { type Peer, startBoss } from './pg-boss.ts';
import { processorTimeOf } from './process-figures.ts';
import { median, type Times, timeOf, timesOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const workerCounts = [1, 4, 16];
const most = Math.max(...workerCounts);
/** The peers take turns, so that what else the machine does meets all of them. */
const rounds = 5;
/** Tasks that are worked off in a round, and that wait beside them: a queue of thousands would be no match for pg-boss. */
const tasksOfRound = 400;
const standing = 100;

/**
 * A worker that claims the next task and completes it, again and again: through the socket of a coordinator in a process
 * of its own, and in one process beside pg-boss on the same database, by the corridor and by the handlers alone.
 */
export async function queueFigures(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const store of stores) {
    const [home, url] = [await stage.newHome(), await store.url(stage)];
    const person = await enrolPerson(stage, home, url);
    const started = await startCoordinator(stage, home, url);
    await liftLimits(stage, started, person);
    figures.push(...(await throughSocket(stage, store, started).finally(started.stop)));
    figures.push(...(await besideBoss(stage, store, home, url)));
  }
  return figures;
}

type Started = Awaited<ReturnType<typeof startCoordinator>>;

async function throughSocket(stage: Stage, store: Store, { client }: Started): Promise<Figure[]> {
  const agents = await Promise.all(
    Array.from({ length: most }, (_, n) => registerAgent(stage, client, `worker ${n + 1}`)),
  );
  const [first] = agents;
  if (!first) throw new Error('there are no agents');
  const peers = agents.map(
    (agent): Peer => ({
      claim: async () => String((await agent('get_work', { wait_seconds: 20 })).task_id),
      complete: id => agent('complete_work', { id, success: true, result: { done: true } }),
    }),
  );
  const refill = async (tasks: number) => {
    await Promise.all(
      agents.map(async (agent, n) => {
        for (let left = n; left < tasks; left += agents.length)
          await agent('submit_work', { task_type: 'implement', description: `task ${left}` });
      }),
    );
  };
  await refill(600);
  await workOff(peers, 600);
  const figures: Figure[] = [];
  for (const count of workerCounts) {
    const tasks = 400 + 100 * count;
    await refill(tasks);
    const before = processorTimeOf(client.owner.pid);
    const { claims, tasksPerSecond } = await workOff(peers.slice(0, count), tasks);
    const after = processorTimeOf(client.owner.pid);
    const processorMs = before === undefined || after === undefined ? undefined : (after - before) / tasks;
    figures.push(...claimFigures(store, count, claims, tasksPerSecond, processorMs));
  }
  return [...figures, await releaseTime(store, agents)];
}

type Agent = Awaited<ReturnType<typeof registerAgent>>;

/** From the completion of a task to the moment at which a worker that waits has its dependant. */
async function releaseTime(store: Store, [one, other]: readonly Agent[]): Promise<Figure> {
  if (!one || !other) throw new Error('two workers are needed');
  const times: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    const { task_id: firstId } = await one('submit_work', { task_type: 'a', description: 'first' });
    await one('submit_work', { task_type: 'b', description: 'second', depends_on: [firstId] });
    await one('get_work', { task_types: ['a'] });
    const claimed = other('get_work', { task_types: ['b'], wait_seconds: 20 }).then(({ task_id }) => ({
      task_id,
      at: performance.now(),
    }));
    // The worker is asleep when its call has been answered by nothing for as long as a claim takes.
    await one('list_work', {});
    await one('list_work', {});
    const since = performance.now();
    await one('complete_work', { id: firstId, success: true });
    const { task_id, at } = await claimed;
    times.push(at - since);
    await other('complete_work', { id: task_id, success: true });
  }
  const { p50, p99 } = timesOf(times);
  return {
    id: `queue.${store.id}.release`,
    what: `from the completion of a task to its dependant in a waiting worker's hands, ${store.name}: median`,
    value: p50,
    unit: 'ms',
    beside: `99th percentile: ${p99.toFixed(1)} ms`,
  };
}

async function besideBoss(
  stage: Stage,
  store: Store,
  home: string,
  url: string | undefined,
): Promise<Figure[]> {
  const database = await openStore(home, url);
  const ours = await openOurs(stage, database);
  const boss = await startBoss(database, url);
  try {
    const contenders = {
      boss: { peerOf: () => boss, fill: boss.fill },
      corridor: { peerOf: ours.byCorridor, fill: ours.fill },
      handlers: { peerOf: ours.byHandlers, fill: ours.fill },
    };
    await boss.fill(standing);
    await ours.fill(standing);
    const round = async (name: keyof typeof contenders, count: number) => {
      const { peerOf, fill } = contenders[name];
      await fill(tasksOfRound);
      return workOff(
        Array.from({ length: count }, (_, n) => peerOf(n)),
        tasksOfRound,
      );
    };
    for (const name of names) await round(name, most);
    const figures: Figure[] = [];
    for (const count of workerCounts) {
      const runs = { boss: newRuns(), corridor: newRuns(), handlers: newRuns() };
      for (let n = 0; n < rounds; n += 1) {
        for (const name of names) {
          const { claims, tasksPerSecond } = await round(name, count);
          runs[name].claims.push(...claims);
          runs[name].rates.push(tasksPerSecond);
        }
      }
      figures.push(...comparison(store, count, runs));
    }
    return figures;
  } finally {
    await boss.stop();
    await ours.close();
    await database.close();
  }
}

const names = ['boss', 'corridor', 'handlers'] as const;

interface Runs {
  readonly claims: number[];
  readonly rates: number[];
}

function newRuns(): Runs {
  return { claims: [], rates: [] };
}

function comparison(
  store: Store,
  count: number,
  { boss, corridor, handlers }: Record<'boss' | 'corridor' | 'handlers', Runs>,
): Figure[] {
  const bossRate = median(boss.rates);
  const ratio = (runs: Runs) => median(runs.rates) / bossRate;
  const beside = (runs: Runs) =>
    `${median(runs.rates).toFixed(0)} tasks a second against ${bossRate.toFixed(0)}; claim p50 ${timesOf(runs.claims).p50.toFixed(2)} ms, p99 ${timesOf(runs.claims).p99.toFixed(1)} ms against ${timesOf(boss.claims).p50.toFixed(2)} and ${timesOf(boss.claims).p99.toFixed(1)} ms`;
  const what = `tasks claimed and completed in one process, ${store.name}, ${workersOf(count)}, against pg-boss`;
  return [
    {
      id: `queue.${store.id}.${count}.handlers`,
      what: `${what}: the queue's own statements`,
      value: ratio(handlers),
      unit: '×',
      ...(count === most ? { target: { atLeast: 1 } } : {}),
      beside: beside(handlers),
    },
    {
      id: `queue.${store.id}.${count}.corridor`,
      what: `${what}: by the corridor, authorized, guarded and on the audit chain`,
      value: ratio(corridor),
      unit: '×',
      beside: beside(corridor),
    },
  ];
}

/** Both ways to our queue in this process, on sessions and a backlog of their own. */
async function openOurs(stage: Stage, database: Database) {
  const coordinator = await createCoordinator({
    database,
    asset: readAsset,
    protectedPaths: [],
    version: '0.0.0-bench',
    monotonicMs: () => performance.now(),
    log: { info: () => {}, warn: () => {}, error: (facts, text) => stage.say(`${text} ${String(facts)}`) },
  });
  const walk = (operation: Operation, input: object, token?: string) =>
    coordinator.corridor.walk({
      operation,
      input,
      credential: token === undefined ? { kind: 'none' } : { kind: 'session', token },
      door: 'http',
      cwd: stage.repository,
    });
  const sessions = await Promise.all(
    Array.from({ length: most }, async (_, n) => {
      const input = { agent_type: 'claude_code', agent_id: `inside ${n + 1}` };
      return (await walk(registerSession, input)) as { session_id: string; token: string };
    }),
  );
  const [place] = await database.query(sql<{ project_id: string }>`
    select project_id from sessions where id = ${sessions[0]?.session_id ?? ''}`);
  if (!place) throw new Error('the session is not there');
  const sessionOf = (n: number) => {
    const session = sessions[n];
    if (!session) throw new Error(`there is no session ${n}`);
    return session;
  };
  return {
    close: () => coordinator.close(),
    fill: (tasks: number) => fill(database, place.project_id, tasks),
    byCorridor: (n: number): Peer => ({
      claim: async () => idOf(await walk(getWork, {}, sessionOf(n).token)),
      complete: id => walk(completeWork, { id, success: true, result: { done: true } }, sessionOf(n).token),
    }),
    byHandlers: (n: number): Peer => {
      const scope = { projectId: place.project_id };
      const context = contextOf(place.project_id, sessionOf(n).session_id);
      return {
        claim: async () =>
          idOf(await database.transaction(tx => getWork.run(context(tx), getWork.input.parse({})), scope)),
        complete: id =>
          database.transaction(
            tx => completeWork.run(context(tx), { id, success: true, result: { done: true } }),
            scope,
          ),
      };
    },
  };
}

function idOf(answer: unknown): string | undefined {
  const { task_id } = answer as { task_id?: string };
  return task_id;
}

/** What a handler works with, without anything that the corridor adds. */
function contextOf(projectId: string, sessionId: string) {
  const caller: AgentCaller = {
    kind: 'agent',
    sessionId,
    agentId: 'inside',
    agentType: 'claude_code',
    trust: 2,
    delegatedFrom: null,
    worktree: null,
    startedAt: new Date(),
  };
  return (tx: OperationContext['tx']): OperationContext => ({
    project: { id: projectId, name: 'bench', settings: defaultSettings },
    worktree: null,
    foldsCase: false,
    branch: null,
    tx,
    caller,
    touched: [],
    findings: [],
    inspect: async () => ({ findings: [], touched: [], reached: [], steps: [], facts: {} }),
    allowedByPerson: false,
    allowedBy: undefined,
    operations: new Map(),
    judge: async () => {
      throw new Error('no handler of the queue asks for a decision');
    },
    troubles: () => [],
    emit: () => {},
    note: () => {},
    mayWait: false,
    hasWaited: false,
  });
}

/** Adds tasks as submit_work writes them. */
async function fill(database: Database, projectId: string, tasks: number): Promise<void> {
  await database.query(sql`
    insert into tasks (
      id, project_id, task_type, description, input_data, priority, max_attempts, required_capabilities,
      min_trust_level, exclude_submitter, on_dependency_failure, submitted_by, status, open_dependencies
    )
    select gen_random_uuid(), ${projectId}::uuid, 'implement', 'task ' || n, '{}'::jsonb, 5, 3, '{}', 0, false, 'cancel',
      'bench', 'pending', 0
    from generate_series(1, ${tasks}::int) as n`);
}

/** Lets all workers claim and complete, side by side, until so many are done. */
async function workOff(
  peers: readonly Peer[],
  tasks: number,
): Promise<{ claims: number[]; tasksPerSecond: number }> {
  const claims: number[] = [];
  const since = performance.now();
  let begun = 0;
  let done = 0;
  await Promise.all(
    peers.map(async peer => {
      while (begun < tasks) {
        begun += 1;
        let id: string | undefined;
        claims.push(
          await timeOf(async () => {
            id = await peer.claim();
          }),
        );
        if (id === undefined) throw new Error('the queue was empty before the measurement was over');
        await peer.complete(id);
        done += 1;
      }
    }),
  );
  return { claims, tasksPerSecond: (done / (performance.now() - since)) * 1_000 };
}

function claimFigures(
  store: Store,
  count: number,
  claims: readonly number[],
  tasksPerSecond: number,
  processorMs: number | undefined,
): Figure[] {
  const times: Times = timesOf(claims);
  const what = `a task claimed, through the socket, ${store.name}, ${workersOf(count)}`;
  return [
    { id: `queue.${store.id}.socket.${count}.p50`, what: `${what}: median`, value: times.p50, unit: 'ms' },
    {
      id: `queue.${store.id}.socket.${count}.p99`,
      what: `${what}: 99th percentile`,
      value: times.p99,
      unit: 'ms',
      ...(count === most ? { target: { atMost: 50 } } : {}),
    },
    {
      id: `queue.${store.id}.socket.${count}.rate`,
      what: `tasks claimed and completed, through the socket, ${store.name}, ${workersOf(count)}`,
      value: tasksPerSecond,
      unit: 'a second',
      ...(processorMs === undefined
        ? {}
        : { beside: `${processorMs.toFixed(2)} ms of the coordinator's processor time each` }),
    },
  ];
}

function workersOf(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}
