import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Passage } from '../kernel/passage.ts';
import { recall } from './recall.ts';

/** How often memories are recalled is written down this often, in milliseconds: it moves relevance by little. */
const flushEveryMs = 30_000;

/** Counts how often recall answers each memory, without a write in the way of a read. */
export interface ReuseRecorder {
  /** Takes every call that was carried out; those of recall count. */
  note(passage: Passage): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function createReuseRecorder(database: Database, onError: (error: unknown) => void): ReuseRecorder {
  let counts = new Map<string, number>();
  const flush = async (): Promise<void> => {
    if (counts.size === 0) return;
    const [ids, times] = [[...counts.keys()], [...counts.values()]];
    counts = new Map();
    // By order of id, so that two coordinators never wait for each other; one that was forgotten meanwhile is left out.
    await database.query(sql`
      insert into memory_recalls (project_id, memory_id, recalls, last_recalled_at)
      select project_id, id, times, now()
      from unnest(${ids}::uuid[], ${times}::int[]) as counted (memory_id, times)
      join (select project_id, id from memories where id = any(${ids}::uuid[]) for key share) as memories on id = memory_id
      order by id
      on conflict (memory_id) do update set
        recalls = memory_recalls.recalls + excluded.recalls, last_recalled_at = excluded.last_recalled_at`);
  };
  const timer = setInterval(() => {
    flush().catch(onError);
  }, flushEveryMs);
  timer.unref();
  return {
    note({ operation, output }) {
      if (operation.name !== recall.name) return;
      for (const { memory_id } of recall.output.parse(output).memories) {
        counts.set(memory_id, (counts.get(memory_id) ?? 0) + 1);
      }
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
