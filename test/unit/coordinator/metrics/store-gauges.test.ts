import { expect, it } from 'vitest';
import { createMetrics } from '../../../../src/coordinator/metrics/metrics.ts';

it('numbers of a store that does not answer are left out, and the rest is told all the same', async () => {
  let answers = true;
  const metrics = createMetrics('1.2.3', async () => {
    if (!answers) throw new Error('gone');
    const tasks = { pending: 3, claimed: 0, running: 1 };
    return { sessions: 2, locks: 5, pendingApprovals: 1, tasks, auditRecords: 70, bytes: 8_000_000 };
  });
  expect(await metrics.text()).toMatch(/interlock_store_up 1[\s\S]*interlock_locks 5/);
  answers = false;
  const text = await metrics.text();
  expect(text).toContain('interlock_store_up 0');
  expect(text).toContain('interlock_info{version="1.2.3"} 1');
  expect(text).not.toMatch(/^interlock_(?:locks|sessions|tasks|audit_records)\S* /m);
});
