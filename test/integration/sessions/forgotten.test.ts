import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { createPostgresDatabase } from '../../support/databases.ts';
import { rememberedUnder } from '../../support/remembered.ts';

// Which database it is makes no difference to what a process remembers.
describe('a coordinator', () => {
  let database: Database;
  let interlock: CoordinatorFixture;

  beforeAll(async () => {
    database = openPostgres({
      url: await createPostgresDatabase(),
      confined: true,
      report: () => undefined,
    });
    // By this clock everything has long been quiet when it is looked at again.
    interlock = await openCoordinator(database, undefined, () => performance.now() * 10);
  });
  afterAll(async () => {
    await interlock.close();
    await database.close();
  });

  const hook = (chat: string, event: string, fields: object = {}) =>
    interlock.coordinator.answerHook({
      harness: 'claude',
      event,
      signal: AbortSignal.timeout(20_000),
      body: {
        payload: { hook_event_name: event, session_id: chat, cwd: interlock.folder, ...fields },
        process: {},
      },
    });

  test('keeps nothing of sessions that have ended', async () => {
    const agents = await Promise.all(Array.from({ length: 5 }, (_, n) => interlock.agent('codex', `a${n}`)));
    const chats = Array.from({ length: 5 }, () => randomUUID());
    for (const [n, agent] of agents.entries())
      await interlock.call(acquireLock, { file_path: `agent-${n}.ts` }, agent);
    for (const [n, chat] of chats.entries()) {
      const file_path = path.join(interlock.folder, `chat-${n}.ts`);
      await hook(chat, 'PreToolUse', {
        tool_name: 'Edit',
        tool_input: { file_path, old_string: 'a', new_string: 'b' },
      });
      await hook(chat, 'PreCompact', { trigger: 'auto' });
    }
    const names = [...agents.map(({ sessionId }) => sessionId), ...chats];
    expect((await rememberedUnder(names)).length).toBeGreaterThanOrEqual(names.length);

    for (const agent of agents) await interlock.call(endSession, {}, agent);
    for (const chat of chats) await hook(chat, 'SessionEnd', { reason: 'exit' });
    // What they used is written down every few seconds, and forgotten at the next time.
    await expect.poll(() => rememberedUnder(names), { timeout: 40_000, interval: 1_000 }).toEqual([]);
    expect(interlock.errors).toEqual([]);
  });
});
