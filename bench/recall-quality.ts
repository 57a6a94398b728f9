import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../src/coordinator/database/port.ts';
import { sql } from '../src/coordinator/database/sql.ts';
import { recallFor } from '../src/coordinator/memory/recall.ts';
import { type Note, storeNotes } from './memories.ts';

/** See recall/README.md for how they were made. */
const folder = join(import.meta.dirname, 'recall');

export interface StoredNote extends Note {
  readonly id: number;
}

export interface Question {
  readonly question: string;
  /** The id of the note that answers it. */
  readonly memory: number;
}

async function readLines<Line>(name: string): Promise<Line[]> {
  const text = await readFile(join(folder, name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
}

export const readNotes = () => readLines<StoredNote>('memories.jsonl');
export const readQuestions = () => readLines<Question>('questions.jsonl');

/** Every second question: weights were chosen on the first half, and figures are about the other. */
export type Half = 'development' | 'held out';
export const inHalf = (half: Half) => (_: unknown, index: number) =>
  (index % 2 === 0) === (half === 'development');

/** Answers the ids of notes for a question, the likeliest first. */
type Search = (question: string, limit: number) => Promise<number[]>;

export interface Quality {
  readonly way: string;
  /** The share of questions whose note is among the first five. */
  readonly recallAt5: number;
  /** The mean of one by the place of the note, among the first fifty. */
  readonly meanReciprocalRank: number;
}

/** How well each way of searching finds the notes that answer the questions. */
export async function measureQuality(database: Database, questions: readonly Question[]): Promise<Quality[]> {
  const notes = await readNotes();
  const { projectId, ids } = await storeNotes(database, notes);
  const numbers = new Map(ids.map((id, index) => [id, notes[index]?.id ?? -1]));
  await database.query(sql`
    create temporary table plain_notes (number int primary key, content tsvector)`);
  await database.query(sql`
    insert into plain_notes select number, to_tsvector('english', content)
    from unnest(${notes.map(note => note.id)}::int[], ${notes.map(textOf)}::text[]) as notes (number, content)`);
  const ways: Readonly<Record<string, Search>> = {
    recall: async (question, limit) => {
      const memories = await recallFor(database, { id: projectId }, question, limit);
      return memories.map(memory => numbers.get(memory.memory_id) ?? -1);
    },
    grep: async (question, limit) => grep(notes, question, limit),
    'Postgres full-text, all words': (question, limit) =>
      fullText(database, limit, sql`websearch_to_tsquery('english', ${question})`),
    'Postgres full-text, any word': (question, limit) =>
      fullText(
        database,
        limit,
        sql`replace(plainto_tsquery('english', ${question})::text, '&', '|')::tsquery`,
      ),
  };
  const qualities: Quality[] = [];
  for (const [way, search] of Object.entries(ways)) {
    qualities.push({ way, ...(await qualityOf(search, questions)) });
  }
  await database.query(sql`drop table plain_notes`);
  return qualities;
}

async function qualityOf(search: Search, questions: readonly Question[]): Promise<Omit<Quality, 'way'>> {
  let found = 0;
  let reciprocal = 0;
  for (const { question, memory } of questions) {
    const place = (await search(question, 50)).indexOf(memory);
    if (place >= 0 && place < 5) found += 1;
    if (place >= 0) reciprocal += 1 / (place + 1);
  }
  return { recallAt5: found / questions.length, meanReciprocalRank: reciprocal / questions.length };
}

function textOf({ summary, details }: Note): string {
  return `${summary} ${details}`;
}

/** Lines ranked by how many different words of the question they hold, of three letters or more, in any letters. */
function grep(notes: readonly StoredNote[], question: string, limit: number): number[] {
  const words = [...new Set(question.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu) ?? [])];
  return notes
    .map(note => {
      const text = textOf(note).toLowerCase();
      return { id: note.id, count: words.filter(word => text.includes(word)).length };
    })
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .slice(0, limit)
    .map(({ id }) => id);
}

async function fullText(database: Database, limit: number, query: ReturnType<typeof sql>): Promise<number[]> {
  const rows = await database.query(sql<{ number: number }>`
    select number from plain_notes, (select ${query} as query) as asked
    where content @@ query order by ts_rank(content, query) desc, number limit ${limit}`);
  return rows.map(row => row.number);
}
