import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { EventBus } from '../kernel/events.ts';
import type { Spender } from './usage.ts';

/** A session that comes this near to its limit is counted anew: another coordinator may have counted too. */
const exactFrom = 0.8;

/** Counts the different files that each session has changed, or taken a lock of in order to. */
export interface ChangedFiles {
  /** How many there would be with these. */
  countWith(db: Queryable, spender: Spender, paths: readonly string[], limit: number): Promise<number>;
  /** Counts files, in the transaction of what changes them. */
  changed(tx: Queryable, spender: Spender, paths: readonly string[]): Promise<void>;
}

export function createChangedFiles(bus: EventBus): ChangedFiles {
  const bySession = new Map<string, Set<string>>();
  bus.subscribe(({ topic, subject }) => {
    if (topic === 'session.ended') bySession.delete(subject);
  });

  async function read(db: Queryable, sessionId: string): Promise<Set<string>> {
    const rows = await db.query(
      sql<{ path: string }>`select path from session_files where session_id = ${sessionId}`,
    );
    const files = new Set(rows.map(({ path }) => path));
    if (bySession.size >= mostRemembered) bySession.clear();
    bySession.set(sessionId, files);
    return files;
  }

  return {
    async countWith(db, { sessionId }, paths, limit) {
      const known = bySession.get(sessionId);
      const count = known && sizeWith(known, paths);
      if (count !== undefined && count < exactFrom * limit) return count;
      return sizeWith(await read(db, sessionId), paths);
    },
    async changed(tx, { projectId, sessionId }, paths) {
      const known = bySession.get(sessionId);
      const added = paths.filter(path => !known?.has(path));
      if (added.length === 0) return;
      await tx.query(sql`
        insert into session_files (project_id, session_id, path)
        select ${projectId}, ${sessionId}, path from unnest(${[...new Set(added)]}::text[]) as path
        on conflict (session_id, path) do nothing`);
      for (const path of added) known?.add(path);
    },
  };
}

/** Sessions whose files are remembered; beyond them all are read again. */
const mostRemembered = 1_000;

function sizeWith(known: ReadonlySet<string>, paths: readonly string[]): number {
  return known.size + new Set(paths.filter(path => !known.has(path))).size;
}
