import { beforeEach, describe, expect, it } from 'vitest';
import { createHookWatch, type HookWatch } from '../../../../src/coordinator/doors/hook-watch.ts';
import { createTroubles, type Troubles } from '../../../../src/coordinator/kernel/troubles.ts';

describe('the watch over hooks', () => {
  let troubles: Troubles;
  let watch: HookWatch;
  let now: number;

  beforeEach(() => {
    now = 0;
    troubles = createTroubles();
    watch = createHookWatch(troubles, () => now);
  });

  const hook = (session: string, harness = 'vscode') =>
    watch.watched(async () => ({ decision: 'none' }))({
      harness,
      event: 'PreToolUse',
      body: { payload: { session_id: session } },
      signal: AbortSignal.timeout(1_000),
    });
  const told = () => troubles.list().map(({ what }) => what);

  it('says that the guard is inactive when a tool is called from a chat that no hook has announced', async () => {
    await hook('a');
    watch.calledFrom({ harness: 'vscode', sessionId: 'a' });
    expect(told()).toEqual([]);
    watch.calledFrom({ harness: 'vscode', sessionId: 'b' });
    expect(told()).toEqual(['guard']);
    expect(troubles.list()[0]?.message).toContain('guard is inactive');
  });

  it('takes it back when the hooks of that chat fire after all, and not when those of another do', async () => {
    watch.calledFrom({ harness: 'vscode', sessionId: 'b' });
    await hook('a');
    expect(told()).toEqual(['guard']);
    await hook('b');
    expect(told()).toEqual([]);
  });

  it('does not take hooks of another harness for those of the chat', async () => {
    await hook('a', 'claude');
    watch.calledFrom({ harness: 'vscode', sessionId: 'a' });
    expect(told()).toEqual(['guard']);
  });

  it('says it of Codex by itself, which runs no hooks that a person has not trusted', async () => {
    await hook('a');
    watch.calledFrom({ harness: 'codex', sessionId: 'a' });
    expect(told()).toEqual(['guard.codex']);
    expect(troubles.list()[0]?.next).toContain('/hooks');
    await hook('a', 'codex');
    expect(told()).toEqual([]);
  });

  it('says it of Claude Code where no hook announced a call, however many it announced before', () => {
    watch.calledOver('one', true);
    expect(told()).toEqual([]);
    watch.calledOver('one', false);
    expect(told()).toEqual(['guard.claude']);
    expect(troubles.list()[0]?.next).toContain('disableAllHooks');
    watch.calledOver('another', true);
    expect(told()).toEqual(['guard.claude']);
    watch.calledOver('one', true);
    expect(told()).toEqual([]);
  });

  it('forgets a chat that has long fallen silent', async () => {
    watch.calledFrom({ harness: 'vscode', sessionId: 'b' });
    now = 16 * 60_000;
    await hook('a');
    expect(told()).toEqual([]);
  });
});
