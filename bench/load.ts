import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  hookBody,
  type Load,
  type LoadAgent,
  type Outcome,
  outcomeOfHook,
  runMixedLoad,
} from '../test/support/mixed-load.ts';
import { call, type Started, startCoordinator } from './coordinator.ts';
import { type Store, stores } from './databases.ts';
import type { Figure } from './figure.ts';
import { enrolPerson, liftLimits, type Person } from './person.ts';
import { memoryOf } from './process-figures.ts';
import { timesOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const agentCount = 50;
const sampleEveryMs = 1_000;
/** Then an agent ends its session and begins another, as chats do: what is kept of the old one would show. */
const callsInSession = 100;
/** V8 compiles what is called often, and caches fill, in the first minutes; memory is compared from here on. */
const warmAfterMs = 2 * 60_000;

/**
 * Fifty agents that lock, work, hand over, remember, are checked by hooks and ask a person, for as many minutes
 * as the stage says, through the socket of a coordinator as it is shipped. Whether its memory is bounded shows in what is left
 * of it after all garbage was collected, two minutes after the start and at the end.
 */
export async function loadFigures(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const store of stores) {
    const [home, url] = [await stage.newHome(), await store.url(stage)];
    const person = await enrolPerson(stage, home, url);
    const heap = join(home, 'heap.jsonl');
    const started = await startCoordinator(stage, home, url, {
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'heap-probe.mjs')).href}`,
      INTERLOCK_BENCH_HEAP: heap,
    });
    await liftLimits(stage, started, person);
    const settings = { 'approvals.hookWaitSeconds': 0 };
    await call(stage, started.client, person, 'configure_project', { settings });
    figures.push(...(await measure(stage, store, started, person, heap).finally(started.stop)));
  }
  return figures;
}

async function measure(
  stage: Stage,
  store: Store,
  started: Started,
  person: Person,
  heap: string,
): Promise<Figure[]> {
  const { client } = started;
  const agents = await Promise.all(Array.from({ length: agentCount }, (_, n) => agentOf(stage, started, n)));
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(memoryOf(client.owner.pid)), sampleEveryMs);
  const until = performance.now() + stage.loadMs;
  const goesOn = () => performance.now() < until;
  const [load] = await Promise.all([
    runMixedLoad(agents, 1, goesOn),
    decideEverything(stage, started, person, goesOn),
  ]);
  clearInterval(sampling);
  for (const fault of load.faults.slice(0, 10)) stage.say(`  fault: ${fault}`);
  return figuresOf(store, load, memory, stage.loadMs, await readHeap(heap));
}

async function agentOf(stage: Stage, { client }: Started, number: number): Promise<LoadAgent> {
  const cwd = { 'interlock-cwd': encodeURIComponent(stage.repository) };
  const begin = async (): Promise<Record<string, string>> => {
    const registration = { agent_type: 'claude_code', agent_id: `agent ${number + 1}` };
    const { token } = await call(stage, client, {}, 'register_session', registration);
    return { authorization: `Session ${token}`, ...cwd };
  };
  let headers = await begin();
  let [calls, chats] = [0, 0];
  const chat = () => `chat ${number} ${chats}`;
  const post = async (path: string, body: object): Promise<Outcome> => {
    const answer = await client.request('POST', path, { body, headers });
    const said = answer.body as Record<string, unknown>;
    return answer.status === 200
      ? { answer: said }
      : { refused: String(said.code), status: answer.status, message: JSON.stringify(said).slice(0, 500) };
  };
  const beginAnew = async (): Promise<void> => {
    await call(stage, client, headers, 'end_session', {});
    const payload = { hook_event_name: 'SessionEnd', session_id: chat(), cwd: stage.repository };
    await post('/hooks/claude/SessionEnd', { payload, process: {} });
    chats += 1;
    headers = await begin();
  };
  const send = async (path: string, body: object): Promise<Outcome> => {
    const outcome = await post(path, body);
    calls += 1;
    if (calls % callsInSession === 0) await beginAnew();
    return outcome;
  };
  return {
    call: (operation, input) => send(`/api/v1/${operation}`, input),
    async hook(tool, input) {
      const body = hookBody(chat(), stage.repository, tool, input);
      const outcome = await send('/hooks/claude/PreToolUse', body);
      return 'answer' in outcome ? outcomeOfHook(outcome.answer) : outcome;
    },
  };
}

/** A person who reads what waits, and says yes to one and no to the next. */
async function decideEverything(
  stage: Stage,
  { client }: Started,
  person: Person,
  goesOn: () => boolean,
): Promise<void> {
  let decided = 0;
  while (goesOn()) {
    const { approvals } = await call(stage, client, person, 'list_approvals', { limit: 50 });
    const waiting = approvals as { readonly approval_id: string }[];
    for (const { approval_id } of waiting) {
      const decision = decided % 2 === 0 ? 'approved' : 'denied';
      decided += 1;
      await client.request('POST', '/api/v1/decide_approval', {
        body: { approval_id, decision },
        headers: { ...person, 'interlock-cwd': encodeURIComponent(stage.repository) },
      });
    }
    if (waiting.length === 0) await new Promise(resolve => setTimeout(resolve, 200));
  }
}

/** What is left after all garbage was collected, in bytes; `external` holds the memory of WebAssembly, touched or not. */
interface HeapSample {
  /** Since the coordinator started. */
  readonly atMs: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

async function readHeap(file: string): Promise<readonly HeapSample[]> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return lines.map(line => JSON.parse(line) as HeapSample);
}

/** `2 min: heap 45.3 MB, outside of it 181.0 MB, resident 348 MB`. */
function said(sample: HeapSample | undefined): string {
  if (sample === undefined) return 'no sample';
  const { atMs, heapUsed, external, rss } = sample;
  const [heap, outside, resident] = [heapUsed, external, rss].map(bytes => (bytes / 1e6).toFixed(1));
  return `${(atMs / 60_000).toFixed(1)} min: heap ${heap} MB, outside of it ${outside} MB, resident ${resident} MB`;
}

/** What the samples grow by in a minute, in megabytes: the slope of the line that fits them best. */
function slopeOf(samples: readonly HeapSample[]): number {
  const points = samples.map(
    ({ atMs, heapUsed, external }) => [atMs / 60_000, (heapUsed + external) / 1e6] as const,
  );
  const mean = (index: 0 | 1) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return points.reduce((sum, [at, left]) => sum + (at - x) * (left - y), 0) / spread;
}

function figuresOf(
  store: Store,
  { times, refusals, faults }: Load,
  memory: readonly number[],
  loadMs: number,
  heap: readonly HeapSample[],
): Figure[] {
  const all = timesOf([...times.values()].flat());
  const where = `${store.name}, ${agentCount} agents`;
  const kinds = [...times]
    .map(([kind, each]) => {
      const { p50, p99 } = timesOf(each);
      return `${kind} ${p50.toFixed(0)}/${p99.toFixed(0)}`;
    })
    .sort()
    .join(', ');
  const refused = [...refusals]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
  const warm = heap.filter(({ atMs }) => atMs >= warmAfterMs);
  // Of a load that is over before that, the second half has to do.
  const later = warm.length > 1 ? warm : heap.slice(Math.ceil(heap.length / 2));
  return [
    {
      id: `load.${store.id}.faults`,
      what: `mixed load, ${where}: calls that met anything but a refusal of the domain`,
      value: (faults.length / all.count) * 100,
      unit: '%',
      target: { atMost: 0 },
      beside: `${all.count} calls; refusals: ${refused}`,
    },
    {
      id: `load.${store.id}.rate`,
      what: `mixed load, ${where}: calls`,
      value: all.count / (loadMs / 1_000),
      unit: 'a second',
      beside: `p50/p99 in ms: ${kinds}`,
    },
    { id: `load.${store.id}.p99`, what: `mixed load, ${where}: 99th percentile`, value: all.p99, unit: 'ms' },
    {
      id: `load.${store.id}.memory`,
      what: `mixed load, ${where}: largest memory of the coordinator`,
      value: Math.max(...memory),
      unit: 'MB',
    },
    {
      id: `load.${store.id}.growth`,
      what: `mixed load, ${where}, ${(loadMs / 60_000).toFixed(0)} minutes: growth of what is left after collecting`,
      value: slopeOf(later),
      unit: 'MB a minute',
      target: { atMost: 1 },
      beside: [later.at(0), later.at(-1)].map(said).join('; '),
    },
  ];
}
