import { v7 as uuid } from 'uuid';
import type { Database } from '../src/coordinator/database/port.ts';
import { sql } from '../src/coordinator/database/sql.ts';
import { searchable } from '../src/coordinator/memory/passages.ts';
import { nearOf } from '../src/coordinator/memory/vocabulary.ts';
import { stemOf } from '../src/coordinator/memory/words.ts';

export interface Note {
  readonly summary: string;
  readonly details: string;
}

/** Rows that one statement inserts. */
const batch = 500;

/**
 * A project whose memories are these notes, as `remember` would have stored them one by one, in a fraction of the time.
 * Answers its id, and those of the memories in the order of the notes.
 */
export async function storeNotes(
  database: Database,
  notes: readonly Note[],
): Promise<{ readonly projectId: string; readonly ids: readonly string[] }> {
  const projectId = uuid();
  await database.query(sql`insert into projects (id, name) values (${projectId}, 'notes')`);
  const counts = new Map<string, number>([['', notes.length]]);
  const ids = notes.map(() => uuid());
  for (let from = 0; from < notes.length; from += batch) {
    const rows = notes.slice(from, from + batch).map(({ summary, details }, index) => {
      const { words, terms } = searchable(projectId, { summary, details: [details], lessons: [], tags: [] });
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      return {
        id: ids[from + index] ?? '',
        summary,
        details,
        words: `{${words.map(quoted)}}`,
        terms: `{${terms}}`,
      };
    });
    await database.query(sql`
      insert into memories (id, project_id, author, event_type, summary, details, lessons, tags, words, terms)
      select id, ${projectId}, 'bench', 'discovery', summary, array[details], '{}', '{}', words::text[], terms::int[]
      from unnest(
        ${rows.map(row => row.id)}::uuid[], ${rows.map(row => row.summary)}::text[], ${rows.map(row => row.details)}::text[],
        ${rows.map(row => row.words)}::text[], ${rows.map(row => row.terms)}::text[]
      ) as notes (id, summary, details, words, terms)`);
  }
  const counted = [...counts];
  for (let from = 0; from < counted.length; from += 4 * batch) {
    const some = counted.slice(from, from + 4 * batch);
    await database.query(sql`
      insert into memory_words (project_id, word, stem, documents, near)
      select ${projectId}, word, stem, documents, near::int[] from unnest(
        ${some.map(([word]) => word)}::text[], ${some.map(([word]) => stemOf(word))}::text[],
        ${some.map(([, documents]) => documents)}::int[], ${some.map(([word]) => nearOf(projectId, word))}::text[]
      ) as counted (word, stem, documents, near)`);
  }
  return { projectId, ids };
}

function quoted(word: string): string {
  return `"${word.replaceAll(/["\\]/g, '\\$&')}"`;
}
