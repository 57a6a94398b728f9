import type { Database } from '../database/port.ts';
import type { Passage } from '../kernel/passage.ts';
import type { AuditRecord } from './record.ts';
import { recordOfAct } from './record.ts';
import { appendAudit } from './recorder.ts';

/** Reads that matter are written down this often, in milliseconds, so that reading does not cost a write. */
const flushEveryMs = 30_000;

interface Batch {
  readonly projectId: string;
  readonly record: AuditRecord;
  reads: number;
}

/** Collects the reads that matter, and records how often who made them. */
export interface ReadRecorder {
  note(passage: Passage): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function createReadRecorder(database: Database, onError: (error: unknown) => void): ReadRecorder {
  let batches = new Map<string, Batch>();
  const flush = async (): Promise<void> => {
    const full = batches;
    batches = new Map();
    for (const { projectId, record, reads } of full.values()) {
      await appendAudit(database.within(projectId), projectId, {
        ...record,
        facts: { ...record.facts, reads },
      });
    }
  };
  const timer = setInterval(() => {
    flush().catch(onError);
  }, flushEveryMs);
  timer.unref();
  return {
    note(passage) {
      if (!passage.place) return;
      const record = recordOfAct(passage);
      const key = JSON.stringify([
        passage.place.project.id,
        record.operation,
        record.caller,
        record.session_id,
      ]);
      const batch = batches.get(key) ?? { projectId: passage.place.project.id, record, reads: 0 };
      batch.reads += 1;
      batches.set(key, batch);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
