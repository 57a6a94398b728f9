import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { isSlip, slipsOf } from './slip.ts';
import { termOf } from './term.ts';
import { stemOf } from './words.ts';

/** In every memory once, so that it counts them. */
const everywhere = '';

/** Counts the words of a memory that is new, or those that are new in it. In one order, so that no two calls wait for each other. */
export async function countWords(
  tx: Queryable,
  projectId: string,
  words: readonly string[],
  isNewMemory: boolean,
): Promise<void> {
  const counted = [...(isNewMemory ? [everywhere] : []), ...words];
  if (counted.length === 0) return;
  await tx.query(sql`
    insert into memory_words (project_id, word, stem, documents, near)
    select ${projectId}::uuid, word, stem, 1, near::int[]
    from unnest(
      ${counted}::text[], ${counted.map(stemOf)}::text[], ${counted.map(word => nearOf(projectId, word))}::text[]
    ) as counted (word, stem, near)
    order by word collate "C"
    on conflict (project_id, word) do update set documents = memory_words.documents + 1`);
}

/** Takes back what was counted for a memory that is forgotten. A word that is in no other is gone. */
export async function uncountWords(
  tx: Queryable,
  projectId: string,
  words: readonly string[],
): Promise<void> {
  const counted = [everywhere, ...words];
  const theirs = sql`project_id = ${projectId} and word = any(${counted})`;
  // In the order in which others count them, so that no two calls wait for each other.
  await tx.query(sql`select from memory_words where ${theirs} order by word for update`);
  await tx.query(sql`delete from memory_words where ${theirs} and documents = 1`);
  await tx.query(sql`update memory_words set documents = documents - 1 where ${theirs}`);
}

/** What a word is found by when it is written with a slip, as the text of an array. */
export function nearOf(projectId: string, word: string): string {
  return `{${slipsOf(word).map(slip => termOf(projectId, slip))}}`;
}

/** A word that memories hold, which may be what somebody meant by another one. */
export interface Neighbour {
  readonly word: string;
  readonly stem: string;
  readonly documents: number;
}

/** What the memories of a project say about the words of a question. */
export interface Vocabulary {
  /** How many memories there are. */
  readonly memories: number;
  /** In how many of them a stem is, about: one that holds two forms of a word is counted twice. */
  readonly documents: ReadonlyMap<string, number>;
}

export async function lookUp(
  tx: Queryable,
  projectId: string,
  stems: readonly string[],
): Promise<Vocabulary> {
  const rows = await tx.query(sql<{ stem: string; documents: number }>`
    select stem, sum(documents) as documents from memory_words
    where project_id = ${projectId} and stem = any(${[everywhere, ...stems]}) group by stem`);
  const documents = new Map(rows.map(row => [row.stem, row.documents]));
  return { memories: documents.get(everywhere) ?? 0, documents };
}

/** Neighbours of one kind that are read for one question at most. */
const mostNeighbours = 200;
/** A beginning says what is meant from this length on. */
const shortestBeginning = 4;

/** Words that differ from these by a slip, or begin with them. */
export async function neighboursOf(
  tx: Queryable,
  projectId: string,
  words: readonly string[],
): Promise<ReadonlyMap<string, readonly Neighbour[]>> {
  const slips = words.flatMap(word => slipsOf(word).map(slip => termOf(projectId, slip)));
  const beginnings = words.filter(word => word.length >= shortestBeginning);
  if (slips.length === 0 && beginnings.length === 0) return new Map();
  const rows = await tx.query(sql<Neighbour>`
    (select word, stem, documents from words_near(${projectId}, ${slips}, ${mostNeighbours}))
    union
    (select memory_words.word, stem, documents from unnest(${beginnings}::text[]) as beginning
    join memory_words on project_id = ${projectId}
      and memory_words.word > beginning collate "C" and memory_words.word < beginning collate "C" || ${lastCharacter}
    limit ${mostNeighbours})`);
  return new Map(words.map(word => [word, rows.filter(row => isNeighbour(word, row.word))]));
}

/** True for a word that differs by a slip, or of which the word is the beginning. */
export function isNeighbour(word: string, other: string): boolean {
  const isBeginning =
    word.length >= shortestBeginning && other.length > word.length && other.startsWith(word);
  return isBeginning || (slipsOf(word).length > 0 && isSlip(word, other));
}

/** Behind every other character, by bytes. */
const lastCharacter = '\u{10ffff}';
