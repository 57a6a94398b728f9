import { Gauge, type Registry } from 'prom-client';
import type { StoreCounts } from './store-counts.ts';

/**
 * Gauges of what is in the store. They are of the database, so every coordinator of it says the same.
 * @returns what reads them anew. Where the store does not answer, they are left out and `interlock_store_up` is 0.
 */
export function storeGauges(registry: Registry, count: () => Promise<StoreCounts>): () => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `interlock_${name}`, help, registers });
  const up = gauge('store_up', 'Whether the store answers.');
  const sessions = gauge('sessions', 'Sessions that are open.');
  const locks = gauge('locks', 'Locks that hold.');
  const approvals = gauge('approvals_pending', 'Approvals that wait for a person.');
  const records = gauge('audit_records', 'Records of the audit log that were ever written.');
  const bytes = gauge('store_bytes', 'The size of the database.');
  const tasks = new Gauge({
    name: 'interlock_tasks',
    help: 'Tasks that are not over, by their state.',
    labelNames: ['state'],
    registers,
  });
  return async () => {
    try {
      const found = await count();
      up.set(1);
      sessions.set(found.sessions);
      locks.set(found.locks);
      approvals.set(found.pendingApprovals);
      records.set(found.auditRecords);
      bytes.set(found.bytes);
      for (const [state, value] of Object.entries(found.tasks)) tasks.set({ state }, value);
    } catch {
      // An old number would be taken for one of now; that there is none is what is told.
      for (const stale of [sessions, locks, approvals, records, bytes]) stale.remove();
      tasks.reset();
      up.set(0);
    }
  };
}
