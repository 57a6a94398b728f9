import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { decideApproval } from '../../src/coordinator/approvals/decide.ts';
import { listApprovals } from '../../src/coordinator/approvals/list.ts';
import { verifyAudit } from '../../src/coordinator/audit/verify-operation.ts';
import type { CoordinatorEvent } from '../../src/coordinator/kernel/events.ts';
import { acquireLock } from '../../src/coordinator/locks/acquire.ts';
import { releaseLock } from '../../src/coordinator/locks/release.ts';
import { configureProject } from '../../src/coordinator/projects/configure.ts';
import { describeProject } from '../../src/coordinator/projects/describe.ts';
import { type CoordinatorFixture, openCoordinator } from '../support/coordinator.ts';
import { onEachDatabase } from '../support/databases.ts';
import { makeRepository } from '../support/repository.ts';

/**
 * What happens on one machine is heard on the other by its notification, long before anybody would look again by
 * himself (every 30 s and more). That it is heard within a second is measured by `npm run bench`.
 */
const heardWithinMs = 10_000;

onEachDatabase('two coordinators on one database', fixture => {
  const onTwo = fixture.testWith('several connections');
  let here: CoordinatorFixture;
  let there: CoordinatorFixture;

  beforeAll(async () => {
    if (fixture.kind !== 'postgres') return;
    here = await openCoordinator(fixture.db);
    makeRepository(here.folder);
    there = await openCoordinator(fixture.connectAgain(), here.folder);
  });
  afterAll(async () => {
    if (fixture.kind !== 'postgres') return;
    expect([here.errors, there.errors]).toEqual([[], []]);
    await there.close();
    await here.close();
  });

  /** How long an event of this topic takes to be heard over there, after `act` was carried out here. */
  const delayOf = async (topic: string, act: () => Promise<unknown>): Promise<number> => {
    let heardAt = Number.NaN;
    const unsubscribe = there.coordinator.bus.subscribe((event: CoordinatorEvent) => {
      if (event.topic === topic && Number.isNaN(heardAt)) heardAt = performance.now();
    });
    await act();
    const doneAt = performance.now();
    await expect.poll(() => heardAt, { timeout: heardWithinMs, interval: 5 }).not.toBeNaN();
    unsubscribe();
    return heardAt - doneAt;
  };

  describe('see one another', () => {
    onTwo('in locks: what is taken through one is refused through the other', async () => {
      const ann = await here.agent('claude_code', 'ann');
      const ben = await there.agent('codex', 'ben');
      const delay = await delayOf('lock.acquired', () =>
        here.call(acquireLock, { file_path: 'src/a.ts' }, ann),
      );
      expect(delay).toBeLessThan(heardWithinMs);
      expect(await there.call(acquireLock, { file_path: 'src/a.ts' }, ben)).toMatchObject({
        success: false,
        reason: 'locked_by_other',
        locked_by: 'ann',
      });
    });

    onTwo('in waiting: who waits there goes on when the lock is released here', async () => {
      const ann = await here.agent('claude_code', 'ann');
      const ben = await there.agent('codex', 'ben');
      await here.call(acquireLock, { file_path: 'src/b.ts' }, ann);
      const waiting = there.call(acquireLock, { file_path: 'src/b.ts', wait_seconds: 20 }, ben);
      await delayOf('lock.released', () => here.call(releaseLock, { file_path: 'src/b.ts' }, ann));
      const releasedAt = performance.now();
      expect(await waiting).toMatchObject({ success: true, action: 'acquired' });
      expect(performance.now() - releasedAt).toBeLessThan(heardWithinMs);
    });

    onTwo('in approvals: what an agent asks here is decided there, and the agent goes on', async () => {
      const operator = await there.operator();
      const asking = here.coordinator.answerHook({
        harness: 'vscode',
        event: 'PreToolUse',
        signal: AbortSignal.timeout(20_000),
        body: {
          payload: {
            session_id: 'asking',
            cwd: here.folder,
            tool_name: 'run_in_terminal',
            tool_input: { command: 'git push --force origin main' },
          },
          process: {},
        },
      });
      const pending = async () =>
        (
          (await there.call(listApprovals, { status: 'pending' }, operator)) as {
            approvals: { approval_id: string }[];
          }
        ).approvals;
      await expect.poll(pending).toHaveLength(1);
      const [request] = await pending();
      await there.call(decideApproval, { approval_id: request?.approval_id, decision: 'approved' }, operator);
      const decidedAt = performance.now();
      expect(await asking).toEqual({ decision: 'none' });
      expect(performance.now() - decidedAt).toBeLessThan(heardWithinMs);
    });

    onTwo('in settings: a change is in force there without being looked for', async () => {
      const operator = await here.operator();
      await there.call(describeProject, {});
      const delay = await delayOf('project.configured', () =>
        here.call(configureProject, { settings: { 'locks.onWrite': 'require' } }, operator),
      );
      expect(delay).toBeLessThan(heardWithinMs);
      expect(await there.call(describeProject, {})).toMatchObject({
        settings: { 'locks.onWrite': 'require' },
      });
    });

    onTwo('in the record: both write one chain', async () => {
      expect(await there.call(verifyAudit, {})).toMatchObject({ status: 'ok' });
    });
  });
});
