import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startWorker } from '../src/coordinator/client/worker.ts';
import { type Coordinator, connectOrStart } from '../src/coordinator/client.ts';
import { call, startCoordinator } from './coordinator.ts';
import { newPostgresDatabase } from './databases.ts';
import type { Figure } from './figure.ts';
import { runHook } from './hook.ts';
import { median } from './quantiles.ts';
import type { Stage } from './stage.ts';

const rounds = 9;

/** From a person's yes to the agent going on, which is the end of the hook that waited. */
export async function approvalFigures(stage: Stage): Promise<Figure[]> {
  const onePlace = await withWindow(stage, undefined, (client, key, home) =>
    measure(stage, client, key, home),
  );
  const url = await newPostgresDatabase(stage);
  const twoMachines = await withWindow(stage, url, async (client, key) => {
    const other = await startCoordinator(stage, await stage.newHome(), url);
    return measure(stage, client, key, other.home, url).finally(other.stop);
  });
  return [
    figureOf('embedded', 'one coordinator', onePlace),
    figureOf('postgres', 'two coordinators on one Postgres', twoMachines),
  ];
}

function figureOf(id: string, where: string, milliseconds: readonly number[]): Figure {
  return {
    id: `approval.${id}`,
    what: `approval given, until the waiting agent goes on, ${where}: median`,
    value: median(milliseconds),
    unit: 'ms',
    target: { atMost: 1_000 },
    beside: `slowest of ${milliseconds.length}: ${Math.max(...milliseconds).toFixed(0)} ms`,
  };
}

/** Runs a coordinator as an editor window does, whose person may decide. */
async function withWindow<T>(
  stage: Stage,
  databaseUrl: string | undefined,
  work: (client: Coordinator, key: string, home: string) => Promise<T>,
): Promise<T> {
  const home = await stage.newHome();
  const store = { home, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
  const thread = startWorker({ ...store, entryPath: join(stage.dist, 'coordinator.mjs') });
  const client = await connectOrStart({ ...store, start: thread.start, deadlineMs: 60_000 });
  try {
    const key = randomBytes(32).toString('base64url');
    const key_hash = createHash('sha256').update(key).digest('hex');
    await thread.ask({ type: 'enroll_operator', name: 'Olga', key_hash });
    return await work(client, key, home);
  } finally {
    client.close();
    await thread.stop();
  }
}

/** The agent asks the coordinator of `agentHome`; the person decides through `client`. */
async function measure(
  stage: Stage,
  client: Coordinator,
  key: string,
  agentHome: string,
  databaseUrl?: string,
): Promise<number[]> {
  const person = { authorization: `Operator ${key}` };
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const command = `git push --force origin branch-${round}`;
    const goesOn = runHook(stage, agentHome, 'Bash', { command }, { databaseUrl }).then(() =>
      performance.now(),
    );
    const approval_id = await pending(() => call(stage, client, person, 'list_approvals', {}));
    const decided = performance.now();
    await call(stage, client, person, 'decide_approval', { approval_id, decision: 'approved' });
    times.push((await goesOn) - decided);
  }
  return times;
}

/** Waits until somebody asks for something, and a little longer, so that the asking itself is over. */
async function pending(list: () => Promise<Record<string, unknown>>): Promise<string> {
  for (;;) {
    const { approvals } = await list();
    const [first] = approvals as readonly { readonly approval_id: string }[];
    await pause(50);
    if (first) return first.approval_id;
  }
}
