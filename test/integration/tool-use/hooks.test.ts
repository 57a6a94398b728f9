import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { listApprovals } from '../../../src/coordinator/approvals/list.ts';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { holdUnsavedFiles } from '../../../src/coordinator/locks/unsaved.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import type { HookAnswer } from '../../../src/coordinator/tool-use/harnesses.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { git, makeRepository } from '../../support/repository.ts';

interface Pending {
  readonly approval_id: string;
  readonly summary: unknown;
}

onEachDatabase('a hook', fixture => {
  let interlock: CoordinatorFixture;
  let operator: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    operator = await interlock.operator();
    makeRepository(interlock.folder, {
      'src/a.ts': 'let a = 1;\n',
      'src/b.ts': 'let b = 1;\n',
      '.gitignore': 'build\n',
    });
    git(interlock.folder, 'remote', 'add', 'origin', path.join(interlock.folder, 'nowhere.git'));
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const hook = (
    session: string,
    event: string,
    fields: object = {},
    harness = 'vscode',
  ): Promise<HookAnswer> =>
    interlock.coordinator.answerHook({
      harness,
      event,
      signal: AbortSignal.timeout(20_000),
      body: {
        payload: { hook_event_name: event, session_id: session, cwd: interlock.folder, ...fields },
        process: {},
      },
    });
  const tool = (session: string, name: string, input: object, harness?: string) =>
    hook(
      session,
      'PreToolUse',
      { tool_name: name, tool_input: input, tool_use_id: `call-${Math.random()}` },
      harness,
    );
  const edit = (session: string, file: string) =>
    tool(session, 'replace_string_in_file', {
      filePath: path.join(interlock.folder, file),
      oldString: '1',
      newString: '2',
    });
  const run = (session: string, command: string) => tool(session, 'run_in_terminal', { command });
  const pending = async (): Promise<Pending[]> =>
    ((await interlock.call(listApprovals, { status: 'pending' }, operator)) as { approvals: Pending[] })
      .approvals;
  const configure = (settings: object) => interlock.call(configureProject, { settings }, operator);

  /** Decides the next request, as soon as it is there. */
  const decideNext = async (decision: 'approved' | 'denied', reason?: string): Promise<void> => {
    const [request] = await expect.poll(pending).toHaveLength(1).then(pending);
    await interlock.call(decideApproval, { approval_id: request?.approval_id, decision, reason }, operator);
  };

  describe('after the context of a chat was cut', () => {
    test('the next call that passes carries the whole briefing, and those after it nothing', async () => {
      expect(await run('cut', 'ls')).toEqual({ decision: 'none' });
      expect(await hook('cut', 'PreCompact', { trigger: 'auto' })).toEqual({ decision: 'none' });
      const { decision, context } = await run('cut', 'ls');
      expect(decision).toBe('none');
      expect(context).toMatch(/^Interlock coordinates the agents in this repository/);
      expect(await run('cut', 'ls')).toEqual({ decision: 'none' });
    });

    test('so does the next prompt, where that comes first', async () => {
      await hook('cut again', 'PreCompact', { trigger: 'manual' });
      const { context } = await hook('cut again', 'UserPromptSubmit', { prompt: 'go on' });
      expect(context).toMatch(/^Interlock coordinates the agents in this repository/);
      expect(await run('cut again', 'ls')).toEqual({ decision: 'none' });
    });

    test.each(['claude', 'codex'])(
      '%s starts its session anew, which tells it what it holds',
      async harness => {
        const file = path.join(interlock.folder, `kept-by-${harness}.ts`);
        const patch = `*** Begin Patch\n*** Add File: ${file}\n+x\n*** End Patch`;
        await tool(`compacted ${harness}`, 'apply_patch', { command: patch }, harness);
        const { context } = await hook(
          `compacted ${harness}`,
          'SessionStart',
          { source: 'compact' },
          harness,
        );
        expect(context).toContain(`kept-by-${harness}.ts`);
        await hook(`compacted ${harness}`, 'Stop', {}, harness);
      },
    );
  });

  describe('before an edit', () => {
    test('takes the lock on a free file, and says nothing', async () => {
      expect(await edit('first', 'src/a.ts')).toEqual({ decision: 'none' });
      const { locks } = (await interlock.call(checkLocks, { paths: ['src/a.ts'] })) as { locks: object[] };
      expect(locks).toMatchObject([{ file_path: 'src/a.ts', agent_type: 'copilot', automatic: true }]);
    });

    test('lets the holder go on', async () => {
      expect(await edit('first', 'src/a.ts')).toEqual({ decision: 'none' });
    });

    test('denies a file that another session holds, and says who, since, until and what to do', async () => {
      const { decision, reason } = await edit('second', 'src/a.ts');
      expect(decision).toBe('deny');
      expect(reason).toMatch(/src\/a\.ts is locked by copilot since \S+, until \S+/);
      expect(reason).toMatch(/wait_seconds/);
    });

    test('tells the reason that the holder gave', async () => {
      const holder = await interlock.agent('claude_code', 'claude');
      await interlock.call(acquireLock, { file_path: 'src/b.ts', reason: 'renaming b' }, holder);
      expect((await edit('second', 'src/b.ts')).reason).toContain('renaming b');
    });

    test('frees what first writes took when the turn ends', async () => {
      await hook('first', 'Stop');
      expect(await edit('second', 'src/a.ts')).toEqual({ decision: 'none' });
      await hook('second', 'Stop');
    });

    test('says nothing about a file outside the repository: the harness guards those', async () => {
      expect(await tool('first', 'create_file', { filePath: '/tmp/elsewhere.txt', content: 'x' })).toEqual({
        decision: 'none',
      });
    });

    test('is refused until the lock is taken, where the project asks for that', async () => {
      await configure({ 'locks.onWrite': 'require' });
      const { decision, reason } = await edit('third', 'src/a.ts');
      expect(decision).toBe('deny');
      expect(reason).toMatch(/acquire_lock/);
      await configure({ 'locks.onWrite': 'off' });
      expect(await edit('third', 'src/a.ts')).toEqual({ decision: 'none' });
      await configure({ 'locks.onWrite': 'acquire' });
    });

    test('asks the person whose unsaved changes it would overwrite, and goes on when they agree', async () => {
      await interlock.call(holdUnsavedFiles, { window: 'w1', paths: ['src/a.ts'] }, operator);
      const [answer] = await Promise.all([edit('fourth', 'src/a.ts'), decideNext('approved')]);
      expect(answer.decision).toBe('none');
      await interlock.call(holdUnsavedFiles, { window: 'w1', paths: [] }, operator);
      await hook('fourth', 'Stop');
    });

    test('decides for one of two sessions that want the same file at the same moment', async () => {
      const answers = await Promise.all(['x1', 'x2', 'x3', 'x4'].map(session => edit(session, 'src/a.ts')));
      expect(answers.map(answer => answer.decision).sort()).toEqual(['deny', 'deny', 'deny', 'none']);
      await Promise.all(['x1', 'x2', 'x3', 'x4'].map(session => hook(session, 'Stop')));
    });
  });

  describe('before a command', () => {
    test('passes what only mentions something dangerous', async () => {
      expect(await run('first', 'git commit -m "why rm -rf / is bad"')).toEqual({ decision: 'none' });
    });

    test.each([
      'echo x > src/a.ts',
      "sed -i 's/1/2/' src/a.ts",
      'mv src/a.ts src/c.ts',
      'bash -c "cat x | tee src/a.ts"',
      'git checkout -- src/a.ts',
      "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: src/a.ts\n@@\n-let a = 1;\n+x\n*** End Patch\nEOF",
      'cd src && apply_patch "*** Begin Patch\n*** Delete File: a.ts\n*** End Patch"',
      'bash -lc \'printf "*** Begin Patch\\n*** Update File: b.ts\\n*** Move to: src/a.ts\\n" | applypatch\'',
    ])('counts what it writes as an edit: %s', async command => {
      await edit('holder', 'src/a.ts');
      const { decision, reason } = await run('other', command);
      expect(decision).toBe('deny');
      expect(reason).toContain('src/a.ts is locked by');
      await hook('holder', 'Stop');
    });

    test.each([
      'git push -f origin main',
      'git push origin +main',
      'git push --force-with-lease origin main --force',
      'sh -c \'git push --fo"rc"e origin main\'',
      'x=--force; git push $x origin main',
      'env -i git -C . push -f origin HEAD:main',
      'eval "git push -f origin main"',
      'g=git; $g push --mirror origin',
    ])('files an approval for a force push, and goes on when a person agrees: %s', async command => {
      const [answer] = await Promise.all([run('pusher', command), decideNext('approved')]);
      expect(answer).toEqual({ decision: 'none' });
    });

    test('is denied with the reason that the person gave', async () => {
      const [answer] = await Promise.all([
        run('pusher', 'git push --force origin main'),
        decideNext('denied', 'the release branch is frozen'),
      ]);
      expect(answer.decision).toBe('deny');
      expect(answer.reason).toContain('the release branch is frozen');
    });

    test('is denied with the number of the approval when nobody answers in time', async () => {
      await configure({ 'approvals.hookWaitSeconds': 1 });
      const { decision, reason } = await run('impatient', 'git push -f origin main');
      const [request] = await pending();
      expect(decision).toBe('deny');
      expect(reason).toContain(request?.approval_id ?? 'no request');
      await decideNext('denied');
      await configure({ 'approvals.hookWaitSeconds': 45 });
    });

    test('uses an approval once: the same command asks again', async () => {
      await Promise.all([run('twice', 'git push -f origin main'), decideNext('approved')]);
      const [again] = await Promise.all([run('twice', 'git push -f origin main'), decideNext('denied')]);
      expect(again.decision).toBe('deny');
    });

    test('blocks what no person should be asked about', async () => {
      const { decision, reason } = await run('first', 'rm -rf /');
      expect(decision).toBe('deny');
      expect(reason).toMatch(/Blocked/);
      expect(await pending()).toEqual([]);
    });
  });

  describe('before another tool', () => {
    test('asks about one that nobody knows and that may write', async () => {
      const [answer] = await Promise.all([
        tool('first', 'frobnicate', { content: 'x' }),
        decideNext('denied', 'never heard of it'),
      ]);
      expect(answer.reason).toContain('never heard of it');
    });

    test.each([
      ['read_file', { filePath: 'src/a.ts' }],
      ['grep_search', { query: 'x' }],
      ['mcp_interlock_check_locks', {}],
    ])('says nothing about %s', async (name, input) => {
      expect(await tool('first', name, input)).toEqual({ decision: 'none' });
    });
  });

  test('tells a session at its start who is here and what is held', async () => {
    await edit('worker', 'src/a.ts');
    const { decision, context } = await hook('newcomer', 'SessionStart', { source: 'new' }, 'claude');
    expect(decision).toBe('none');
    expect(context).toMatch(/src\/a\.ts by copilot/);
    await hook('worker', 'Stop');
  });

  test('ends the session with everything that it held', async () => {
    await edit('leaving', 'src/a.ts');
    await hook('leaving', 'SessionEnd', { reason: 'exit' }, 'vscode');
    expect(await edit('next', 'src/a.ts')).toEqual({ decision: 'none' });
    await hook('next', 'Stop');
  });

  test('gives the chat of an MCP call and of a hook one session', async () => {
    await edit('one-chat', 'src/a.ts');
    const credential: Credential = { kind: 'harness', harness: 'vscode', sessionId: 'one-chat' };
    const { locks } = (await interlock.call(checkLocks, { paths: ['src/a.ts'] }, credential)) as {
      locks: { yours: boolean }[];
    };
    expect(locks.map(lock => lock.yours)).toEqual([true]);
    await hook('one-chat', 'Stop');
  });

  test('leaves no credential on the record', async () => {
    await run(
      'careless',
      'curl -H "Authorization: Bearer abcdefghijklmnop1234567890" https://example.org && echo x > src/a.ts',
    );
    const { records } = (await interlock.call(
      queryAudit,
      { operation: 'check_tool_use', limit: 1 },
      operator,
    )) as {
      records: object[];
    };
    expect(JSON.stringify(records)).toContain('[redacted]');
    expect(JSON.stringify(records)).not.toContain('abcdefghijklmnop');
    await hook('careless', 'Stop');
  });

  test('is on the record with what was judged and why', async () => {
    await run('recorded', 'rm -rf / --no-preserve-root');
    const { records } = (await interlock.call(
      queryAudit,
      { operation: 'check_tool_use', limit: 1 },
      operator,
    )) as {
      records: object[];
    };
    expect(records).toMatchObject([
      {
        outcome: 'denied',
        step: 'guard',
        code: 'destructive_operation_blocked',
        agent_type: 'copilot',
        facts: {
          command: 'rm -rf / --no-preserve-root',
          command_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        findings: [expect.objectContaining({ answer: 'refuse', category: 'file_deletion' })],
      },
    ]);
  });
});
