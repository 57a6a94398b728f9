import { sql } from '../src/coordinator/database/sql.ts';
import { type Agent, registerAgent, type Started, startCoordinator } from './coordinator.ts';
import { openStore, type Store, stores } from './databases.ts';
import type { Figure } from './figure.ts';
import { enrolPerson, liftLimits } from './person.ts';
import { processorTimeOf } from './process-figures.ts';
import { type Times, timeOf, timesOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const agentCounts = [1, 4, 16];
/** V8 compiles the database anew while it is used: before about a thousand pairs it is not what it will be. */
const warmUpPairs = 1_500;
const measuredMs = 4_000;

/** What it costs to take a lock and give it back, through the socket, one agent after the other and side by side. */
export async function lockFigures(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const store of stores) {
    const [home, url] = [await stage.newHome(), await store.url(stage)];
    const person = await enrolPerson(stage, home, url);
    const started = await startCoordinator(stage, home, url);
    await liftLimits(stage, started, person);
    const measured = await measure(stage, store, started).finally(started.stop);
    figures.push(...measured, await bareTransactions(home, store, url));
  }
  return figures;
}

/** What the database alone takes for two transactions, each of which writes one row: it cannot be done for less. */
async function bareTransactions(home: string, store: Store, url: string | undefined): Promise<Figure> {
  const database = await openStore(home, url);
  const write = () => database.transaction(tx => tx.query(sql`update projects set name = name`));
  const times: number[] = [];
  for (let pair = 0; pair < 3_000; pair += 1) {
    times.push(
      await timeOf(async () => {
        await write();
        await write();
      }),
    );
  }
  await database.close();
  return {
    id: `locks.${store.id}.bare`,
    what: `for comparison, ${store.name}: two bare transactions of one update, in process: median`,
    value: timesOf(times.slice(1_000)).p50,
    unit: 'ms',
  };
}

async function measure(stage: Stage, store: Store, started: Started): Promise<Figure[]> {
  const { client } = started;
  const most = Math.max(...agentCounts);
  const names = Array.from({ length: most }, (_, n) => `agent ${n + 1}`);
  const agents = await Promise.all(names.map(name => registerAgent(stage, client, name)));
  await pairs(agents, performance.now() + 60_000, warmUpPairs);

  const figures: Figure[] = [];
  for (const count of agentCounts) {
    const before = processorTimeOf(client.owner.pid);
    const since = performance.now();
    const times = timesOf(await pairs(agents.slice(0, count), since + measuredMs));
    const perSecond = (times.count / (performance.now() - since)) * 1_000;
    const after = processorTimeOf(client.owner.pid);
    const processorMs =
      before === undefined || after === undefined ? undefined : (after - before) / times.count;
    figures.push(...figuresOf(store, count, times, perSecond, processorMs));
  }
  return figures;
}

/** Lets each agent take and give back a file of its own until the time is over, or so many pairs are done in all. */
async function pairs(
  agents: readonly Agent[],
  until: number,
  atMost = Number.POSITIVE_INFINITY,
): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    agents.map(async (agent, number) => {
      const file_path = `src/file-${number}.ts`;
      while (performance.now() < until && times.length < atMost) {
        times.push(
          await timeOf(async () => {
            await agent('acquire_lock', { file_path, reason: 'how long does it take?' });
            await agent('release_lock', { file_path });
          }),
        );
      }
    }),
  );
  return times;
}

function figuresOf(
  store: Store,
  agents: number,
  times: Times,
  perSecond: number,
  processorMs: number | undefined,
): Figure[] {
  const id = `locks.${store.id}.${agents}`;
  const what = `a lock taken and given back, ${store.name}, ${agents === 1 ? '1 agent' : `${agents} agents`}`;
  const isEmbedded = store.id === 'embedded';
  const beside =
    processorMs === undefined
      ? {}
      : { beside: `${processorMs.toFixed(2)} ms of the coordinator's processor time each` };
  return [
    {
      id: `${id}.p50`,
      what: `${what}: median`,
      value: times.p50,
      unit: 'ms',
      ...(isEmbedded && agents === 1 ? { target: { atMost: 3 } } : {}),
      ...beside,
    },
    {
      id: `${id}.p99`,
      what: `${what}: 99th percentile`,
      value: times.p99,
      unit: 'ms',
      ...(isEmbedded && agents === 1 ? { target: { atMost: 15 } } : {}),
    },
    {
      id: `${id}.rate`,
      what: `${what}: pairs`,
      value: perSecond,
      unit: 'a second',
      ...(isEmbedded && agents === 16 ? { target: { atLeast: 500 } } : {}),
    },
  ];
}
