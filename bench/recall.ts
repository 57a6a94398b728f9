import type { Database } from '../src/coordinator/database/port.ts';
import { sql } from '../src/coordinator/database/sql.ts';
import { recallFor } from '../src/coordinator/memory/recall.ts';
import { startCoordinator } from './coordinator.ts';
import { openStore, type Store, stores } from './databases.ts';
import type { Figure } from './figure.ts';
import { type Note, storeNotes } from './memories.ts';
import { timeOf, timesOf } from './quantiles.ts';
import { inHalf, measureQuality, type Quality, readNotes, readQuestions } from './recall-quality.ts';
import type { Stage } from './stage.ts';

/** How many memories, and how long a recall may take then: the median, in milliseconds. */
const sizes = [
  { memories: 10_000, atMostMs: 30 },
  { memories: 100_000, atMostMs: 100 },
];
/** Questions asked before it is measured. */
const warmUp = 40;

/** How good recall is beside plain ways of searching the same notes, and how long it takes among many. */
export async function recallFigures(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const store of stores) {
    const [home, url] = [await stage.newHome(), await store.url(stage)];
    await (await startCoordinator(stage, home, url)).stop();
    const database = await openStore(home, url);
    // Both databases answer the same, which a test holds: one is enough to say how good the answers are.
    if (store.id === 'embedded') figures.push(...(await qualityFigures(database)));
    for (const size of sizes) figures.push(...(await latencyFigures(stage, store, database, size)));
    await database.close();
  }
  return figures;
}

async function qualityFigures(database: Database): Promise<Figure[]> {
  const questions = (await readQuestions()).filter(inHalf('held out'));
  const [ours, ...others] = await measureQuality(database, questions);
  if (!ours) throw new Error('nothing was measured');
  const beside = (of: (quality: Quality) => number) =>
    others.map(other => `${other.way}: ${shown(of(other))}`).join('; ');
  const best = (of: (quality: Quality) => number) => ({ atLeast: 100 * Math.max(...others.map(of)) });
  const [found, ranked] = [
    (quality: Quality) => quality.recallAt5,
    (quality: Quality) => quality.meanReciprocalRank,
  ];
  const what = `recall, ${questions.length} held-out questions to ${(await readNotes()).length} notes`;
  return [
    {
      id: 'recall.quality.at5',
      what: `${what}: the answer is among the first five`,
      value: 100 * ours.recallAt5,
      unit: '%',
      target: best(found),
      beside: beside(found),
    },
    {
      id: 'recall.quality.mrr',
      what: `${what}: mean reciprocal rank`,
      value: 100 * ours.meanReciprocalRank,
      unit: '%',
      target: best(ranked),
      beside: beside(ranked),
    },
  ];
}

function shown(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

async function latencyFigures(
  stage: Stage,
  store: Store,
  database: Database,
  { memories, atMostMs }: (typeof sizes)[number],
): Promise<Figure[]> {
  const since = performance.now();
  const { projectId } = await storeNotes(database, manyNotes(await readNotes(), memories));
  await database.query(sql`analyze memories`);
  stage.say(`  ${memories} memories on ${store.name} after ${Math.round(performance.now() - since)} ms`);
  const questions = await readQuestions();
  const ask = (question: string) => timeOf(() => recallFor(database, { id: projectId }, question, 10));
  for (const { question } of questions.slice(0, warmUp)) await ask(question);
  const times: number[] = [];
  for (const { question } of questions) times.push(await ask(question));
  const { p50, p99 } = timesOf(times);
  const id = `recall.${store.id}.${memories}`;
  const what = `recall among ${memories.toLocaleString('en')} memories, ${store.name}`;
  return [
    { id: `${id}.p50`, what: `${what}: median`, value: p50, unit: 'ms', target: { atMost: atMostMs } },
    { id: `${id}.p99`, what: `${what}: 99th percentile`, value: p99, unit: 'ms' },
  ];
}

/** Notes of what two of these say, each pair once: so many memories on one subject that common words are in thousands. */
function manyNotes(notes: readonly Note[], count: number): Note[] {
  return Array.from({ length: count }, (_, number) => {
    const one = notes[number % notes.length];
    const other = notes[(number * 7 + Math.floor(number / notes.length) + 1) % notes.length];
    return { summary: one?.summary ?? '', details: `${other?.summary} ${other?.details}` };
  });
}
