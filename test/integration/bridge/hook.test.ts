import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { protocol, protocolHeader } from '../../../src/coordinator/handshake.ts';
import { endOwner, ownerOf } from '../../support/bridge/coordinators.ts';
import { own } from '../../support/bridge/owner.ts';
import {
  builtBundles,
  type Exit,
  runBridge,
  type Surroundings,
  startBridge,
} from '../../support/bridge/program.ts';
import { deferred } from '../../support/deferred.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

describe.each(['node', 'sh'] as const)('by %s:', way => {
  /** What the shell script answers otherwise: by a denial, since it cannot ask a second time. */
  const byNode = it.runIf(way === 'node');
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let home: string;
  let around: Surroundings;
  let owner: { stop(): Promise<void> } | undefined;

  beforeEach(async () => {
    folder = await temporaryFolder();
    home = join(folder.path, 'home');
    around = { home, cwd: folder.path, way };
  });

  afterEach(async () => {
    await owner?.stop();
    owner = undefined;
    await endOwner(home);
    await folder[Symbol.asyncDispose]();
  });

  const dangerous = { tool_name: 'Bash', tool_input: { command: 'git push --force origin main' } };
  const harmless = { tool_name: 'Bash', tool_input: { command: 'git commit -m "why rm -rf / is bad"' } };

  function preToolUse(call: object, harness = 'claude', ...options: string[]): Promise<Exit> {
    const payload = { session_id: 's', cwd: folder.path, hook_event_name: 'PreToolUse', ...call };
    return runBridge(['hook', harness, 'PreToolUse', ...options], around, JSON.stringify(payload));
  }

  /** What a harness makes of it; a code other than 0 or a stray line would let the call through. */
  function decisionOf({ code, stdout }: Exit): { decision: string; reason: string } {
    expect(code).toBe(0);
    if (stdout === '') return { decision: 'none', reason: '' };
    const { hookSpecificOutput } = JSON.parse(stdout);
    return {
      decision: hookSpecificOutput.permissionDecision,
      reason: hookSpecificOutput.permissionDecisionReason,
    };
  }

  /** The bridge as it is when the coordinator cannot be started: its bundle is not there. */
  async function withoutCoordinator(): Promise<void> {
    const program = join(folder.path, 'dist');
    await cp(builtBundles(), program, {
      recursive: true,
      filter: path => !/coordinator\.mjs|pglite|store\.tar|extension|webview/.test(path),
    });
    await cp(join(builtBundles(), '../package.json'), join(folder.path, 'package.json'));
    around = { ...around, program };
  }

  describe('a hook whose coordinator answers', () => {
    it('asks with the payload, the event and what is known of the process', async () => {
      const asked = deferred<{ url: string | undefined; body: unknown }>();
      owner = await own(home, (body, _response, request) => {
        asked.resolve({ url: request.url, body });
        return { decision: 'none' };
      });
      around = { ...around, variables: { INTERLOCK_AGENT_ID: 'ada', INTERLOCK_PROJECT: 'shop' } };
      expect(await preToolUse(dangerous, 'vscode')).toMatchObject({ code: 0, stdout: '', stderr: '' });
      expect(await asked.promise).toMatchObject({
        url: way === 'sh' ? '/hook-text/vscode/PreToolUse' : '/hooks/vscode/PreToolUse',
        body: {
          payload: { session_id: 's', ...dangerous },
          process: { cwd: folder.path, agentId: 'ada', project: 'shop', patienceMs: expect.any(Number) },
        },
      });
    });

    it('prints the decision in both shapes, on one line', async () => {
      owner = await own(home, () => ({ decision: 'deny', reason: 'held by Ada' }));
      const { code, stdout } = await preToolUse(harmless);
      const words = { permissionDecision: 'deny', permissionDecisionReason: 'held by Ada' };
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: `${JSON.stringify({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...words }, ...words })}\n`,
      });
    });

    it('speaks as Codex wants it when Codex reads hooks that were installed for another', async () => {
      owner = await own(home, () => ({ decision: 'ask', reason: 'look at it' }));
      const { stdout } = await preToolUse({ ...harmless, turn_id: 't' }, 'claude');
      expect(JSON.parse(stdout)).toEqual({
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: 'deny',
          permissionDecisionReason: 'look at it',
        },
      });
    });

    it('tells the commands of a chat which chat they belong to, where the harness takes that', async () => {
      owner = await own(home, () => ({ decision: 'none' }));
      const file = join(folder.path, 'environment');
      around = { ...around, variables: { CLAUDE_ENV_FILE: file } };
      await runBridge(['hook', 'claude', 'SessionStart'], around, '{"session_id":"a-1"}');
      await runBridge(['hook', 'claude', 'SessionStart'], around, '{"session_id":"it\'s; rm -rf /"}');
      expect(await readFile(file, 'utf8')).toBe("export INTERLOCK_CHAT='claude:a-1'\n");
    });

    it('gives a session the state it needs, and other events nothing', async () => {
      owner = await own(home, () => ({ decision: 'none', context: 'Ada holds a.ts' }));
      const start = await runBridge(['hook', 'vscode', 'SessionStart'], around, '{"session_id":"s"}');
      expect(JSON.parse(start.stdout)).toMatchObject({
        hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'Ada holds a.ts' },
      });
      expect(await runBridge(['hook', 'vscode', 'Stop'], around, '{"session_id":"s"}')).toMatchObject({
        code: 0,
        stdout: '',
      });
    });

    byNode.each([{ decision: 'allow' }, {}, [], 'none', null])(
      'takes the answer %j for no consent',
      async answer => {
        owner = await own(home, () => answer);
        expect(decisionOf(await preToolUse(harmless)).decision).toBe('deny');
      },
    );

    byNode('denies with the coordinator’s own words where it refuses the call', async () => {
      owner = await own(home, (_body, response) => {
        const text = JSON.stringify({ code: 'policy_denied', message: 'The authorize step failed.' });
        response.writeHead(403, {
          'content-type': 'application/problem+json',
          'content-length': text.length,
        });
        response.end(text);
      });
      expect(decisionOf(await preToolUse(harmless))).toEqual({
        decision: 'deny',
        reason: 'The authorize step failed.',
      });
    });

    byNode('reads an answer that comes in pieces', async () => {
      owner = await own(home, (_body, response) => {
        response.writeProcessing();
        // No content-length: Node sends it in chunks, which only the whole client understands.
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"decision":"deny",');
        response.end('"reason":"in pieces"}');
      });
      expect(decisionOf(await preToolUse(harmless))).toEqual({ decision: 'deny', reason: 'in pieces' });
    });
  });

  describe('a hook whose coordinator cannot be asked', () => {
    it('starts one, which then answers', async () => {
      expect(decisionOf(await preToolUse(harmless, 'claude', '--timeout', '100')).decision).toBe('none');
      await expect.poll(() => ownerOf(home)).toBeDefined();
    });

    it('judges by the built-in guardrails alone where none can be started', async () => {
      await withoutCoordinator();
      expect(decisionOf(await preToolUse(harmless))).toEqual({ decision: 'none', reason: '' });
      const denied = decisionOf(await preToolUse(dangerous));
      expect(denied.decision).toBe('deny');
      expect(denied.reason).toMatch(/history of branch main.*coordinator could not be asked/s);
    });

    it('judges alone too where there is no place for a store', async () => {
      around = { ...around, variables: { INTERLOCK_HOME: '/dev/null/store' } };
      expect(decisionOf(await preToolUse(harmless)).decision).toBe('none');
      expect(decisionOf(await preToolUse(dangerous))).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining('/dev/null/store'),
      });
    });

    it('asks about a tool that nobody knows, which for Codex is a denial', async () => {
      await withoutCoordinator();
      const unknown = { tool_name: 'deploy_everything', tool_input: {} };
      expect(decisionOf(await preToolUse(unknown)).decision).toBe('ask');
      expect(decisionOf(await preToolUse(unknown, 'codex')).decision).toBe('deny');
    });

    it.each([
      ['deny', harmless, 'deny'],
      ['allow', dangerous, 'none'],
      ['no such mode', dangerous, 'deny'],
    ])('does what the setting %j says instead', async (mode, call, decision) => {
      await withoutCoordinator();
      around = { ...around, variables: { INTERLOCK_HOOKS_WHEN_UNAVAILABLE: mode } };
      expect(decisionOf(await preToolUse(call)).decision).toBe(decision);
    });

    it('denies a dangerous call when the coordinator takes the connection and does nothing', async () => {
      owner = await own(home, () => undefined);
      const exit = await preToolUse(dangerous, 'claude', '--timeout', '8');
      expect(decisionOf(exit).decision).toBe('deny');
      expect(exit.milliseconds).toBeLessThan(8_000);
    });

    byNode('lets a harmless call go on when the coordinator does nothing', async () => {
      owner = await own(home, () => undefined);
      expect(decisionOf(await preToolUse(harmless, 'claude', '--timeout', '8')).decision).toBe('none');
    });

    byNode('decides by itself before the time-out when the coordinator began and does not end', async () => {
      owner = await own(home, (_body, response) => response.writeProcessing());
      const exit = await preToolUse(dangerous, 'claude', '--timeout', '8');
      expect(decisionOf(exit)).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining('history'),
      });
      expect(exit.milliseconds).toBeLessThan(8_000);
    });

    it('denies a dangerous call when the coordinator is stopped in its tracks', async () => {
      await preToolUse(harmless, 'claude', '--timeout', '100');
      await expect.poll(() => ownerOf(home)).toBeDefined();
      const pid = ownerOf(home) ?? 0;
      process.kill(pid, 'SIGSTOP');
      try {
        const exit = await preToolUse(dangerous, 'claude', '--timeout', '8');
        expect(decisionOf(exit).decision).toBe('deny');
        expect(exit.milliseconds).toBeLessThan(8_000);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });
  });

  describe('a hook of a real coordinator', () => {
    const approvals = async (): Promise<{ approval_id: string }[]> =>
      JSON.parse((await runBridge(['approvals', '--json'], around)).stdout).approvals;

    it('files an approval, waits as long as its time-out allows, and denies with the number', async () => {
      await approvals();
      const exit = await preToolUse(dangerous, 'claude', '--timeout', '8');
      const [filed] = await approvals();
      expect(decisionOf(exit)).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining(filed?.approval_id ?? 'none was filed'),
      });
      expect(exit.milliseconds).toBeGreaterThan(1_500);
      expect(exit.milliseconds).toBeLessThan(8_000);
    });

    byNode('asks the next owner when this one is killed while a person is waited for', async () => {
      await approvals();
      const first = ownerOf(home);
      const { child, exit } = startBridge(['hook', 'claude', 'PreToolUse', '--timeout', '20'], around);
      child.stdin.end(JSON.stringify({ session_id: 's', cwd: folder.path, ...dangerous }));
      await expect.poll(async () => (await approvals()).length, { timeout: 10_000 }).toBe(1);
      await endOwner(home);
      expect(decisionOf(await exit)).toMatchObject({
        decision: 'deny',
        // A machine that is slow to start the next one leaves the hook no time for it.
        reason: expect.stringMatching(/wait_for_approval|did not answer within/),
      });
      expect(ownerOf(home)).not.toBe(first);
      expect(await approvals()).toHaveLength(1);
    });

    it('lets an edit pass that takes its own lock, and denies another session’s with what to do', async () => {
      const edit = {
        tool_name: 'Edit',
        tool_input: { file_path: join(folder.path, 'a.ts'), new_string: '' },
      };
      expect(decisionOf(await preToolUse({ ...edit, session_id: 'ada' })).decision).toBe('none');
      expect(decisionOf(await preToolUse({ ...edit, session_id: 'ada' })).decision).toBe('none');
      expect(decisionOf(await preToolUse({ ...edit, session_id: 'otto' }))).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining('a.ts'),
      });
    });

    it('passes a command without a word whose text is only data', async () => {
      expect(await preToolUse(harmless)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    });
  });

  describe('a hook that something happens to', () => {
    it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      'denies when it gets %s while it waits',
      async signal => {
        const waiting = deferred<void>();
        owner = await own(home, (_body, response) => {
          response.writeProcessing();
          waiting.resolve();
        });
        const { child, exit } = startBridge(['hook', 'vscode', 'PreToolUse'], around);
        child.stdin.end(JSON.stringify(dangerous));
        await waiting.promise;
        child.kill(signal);
        expect(decisionOf(await exit)).toMatchObject({
          decision: 'deny',
          reason: expect.stringContaining(signal),
        });
      },
    );

    it('ends without a word on a signal where there is nothing to decide', async () => {
      const waiting = deferred<void>();
      owner = await own(home, () => waiting.resolve());
      const { child, exit } = startBridge(['hook', 'vscode', 'UserPromptSubmit'], around);
      child.stdin.end('{}');
      await waiting.promise;
      child.kill('SIGTERM');
      expect(await exit).toMatchObject({ code: 0, stdout: '' });
    });

    byNode('goes on with the next owner when this one is killed in the middle of the call', async () => {
      let calls = 0;
      owner = await own(home, (_body, _response, request) => {
        calls += 1;
        // What the kernel does to the connections of a process that is killed.
        request.socket.destroy();
      });
      const { child, exit } = startBridge(['hook', 'claude', 'PreToolUse', '--timeout', '8'], around);
      child.stdin.end(JSON.stringify(dangerous));
      expect(decisionOf(await exit).decision).toBe('deny');
      expect(calls).toBeGreaterThan(1);
    });

    it.each([
      ['nothing', '', 'empty'],
      ['garbage', 'hello\0world', 'not JSON'],
      ['half a payload', '{"tool_name":"Bash"', 'not JSON'],
      ['more than 64 MiB', Buffer.alloc(65 * 1024 * 1024, ' '), 'larger than 64 MiB'],
    ])('denies when it is given %s', async (_what, input, reason) => {
      const exit = await runBridge(['hook', 'vscode', 'PreToolUse'], around, input);
      expect(decisionOf(exit)).toMatchObject({ decision: 'deny', reason: expect.stringContaining(reason) });
      expect(await runBridge(['hook', 'vscode', 'Stop'], around, input)).toMatchObject({
        code: 0,
        stdout: '',
      });
    });

    byNode('decides when its harness never closes the stream', async () => {
      owner = await own(home, () => ({ decision: 'deny', reason: 'held by Ada' }));
      const { child, exit } = startBridge(['hook', 'claude', 'PreToolUse'], around);
      child.stdin.write(JSON.stringify(dangerous));
      expect(decisionOf(await exit)).toEqual({ decision: 'deny', reason: 'held by Ada' });
    });

    it('is not hurried by a time-out longer than a timer takes', async () => {
      owner = await own(home, () => ({ decision: 'none' }));
      expect(decisionOf(await preToolUse(dangerous, 'claude', '--timeout', '1e9')).decision).toBe('none');
    });

    it('ends quietly when nobody reads its answer', async () => {
      owner = await own(home, () => ({ decision: 'deny', reason: 'held by Ada' }));
      const { child, exit } = startBridge(['hook', 'claude', 'PreToolUse'], around);
      child.stdout.destroy();
      child.stdin.end(JSON.stringify(dangerous));
      expect(await exit).toMatchObject({ code: 0, signal: null });
    });

    it.each([
      [['hook', 'nobody', 'PreToolUse']],
      [['hook', 'claude', 'PreToolUse', '--timeout', 'soon']],
      [['hook', 'claude', 'PreToolUse', '--verbose']],
    ])('denies when it is registered wrongly: %j', async args => {
      expect(decisionOf(await runBridge(args, around, '{}'))).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining('registered'),
      });
    });

    it('denies when one of its own parts is broken', async () => {
      await withoutCoordinator();
      const parts = join(folder.path, 'dist');
      for (const name of await readdir(parts)) {
        if (/^bridge-alone\.mjs$/.test(name)) await writeFile(join(parts, name), 'torn');
      }
      expect(decisionOf(await preToolUse(harmless))).toMatchObject({ decision: 'deny' });
    });

    byNode('loads one small file and few of Node’s modules when all is well', async () => {
      const source = await readFile(join(builtBundles(), 'bridge.js'), 'utf8');
      const imported = [...source.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module);
      expect([...new Set(imported)].sort()).toEqual([
        'node:fs',
        'node:net',
        'node:os',
        'node:path',
        'node:url',
      ]);
      expect(source.length).toBeLessThan(40_000);
    });
  });

  describe.runIf(way === 'sh')('that is a shell script', () => {
    it('denies when its coordinator is killed in the middle of the call', async () => {
      owner = await own(home, (_body, _response, request) => request.socket.destroy());
      expect(decisionOf(await preToolUse(harmless)).decision).toBe('deny');
      expect(await runBridge(['hook', 'vscode', 'Stop'], around, '{}')).toMatchObject({
        code: 0,
        stdout: '',
      });
    });

    it('denies where its coordinator has no store, and where it does nothing', async () => {
      owner = await own(home, (_body, response) => {
        response.writeHead(503);
        response.end('{"code":"store_unavailable"}');
      });
      expect(decisionOf(await preToolUse(harmless)).decision).toBe('deny');
      await owner.stop();
      owner = await own(home, () => undefined);
      const exit = await preToolUse(harmless, 'claude', '--timeout', '8');
      expect(decisionOf(exit).decision).toBe('deny');
      expect(exit.milliseconds).toBeLessThan(8_000);
    });

    it('denies before its time-out when its harness never closes the stream', async () => {
      owner = await own(home, () => ({ decision: 'none' }));
      const { child, exit } = startBridge(['hook', 'claude', 'PreToolUse', '--timeout', '8'], around);
      child.stdin.write(JSON.stringify(harmless));
      const ended = await exit;
      expect(decisionOf(ended).decision).toBe('deny');
      expect(ended.milliseconds).toBeLessThan(8_000);
    });

    it('denies Codex in the only shape that it takes', async () => {
      owner = await own(home, (_body, _response, request) => request.socket.destroy());
      const { stdout } = await preToolUse(harmless, 'codex');
      expect(Object.keys(JSON.parse(stdout))).toEqual(['hookSpecificOutput']);
    });

    it('waits for a person as long as its coordinator shows that it is alive', async () => {
      const asked = deferred<void>();
      const decided = deferred<object>();
      owner = await own(home, () => {
        asked.resolve();
        return decided.promise;
      });
      const waiting = preToolUse(dangerous, 'claude', '--timeout', '40');
      await asked.promise;
      setTimeout(() => decided.resolve({ decision: 'deny', reason: 'a person said no' }), 9_000);
      expect(decisionOf(await waiting)).toEqual({ decision: 'deny', reason: 'a person said no' });
    });

    it('carries an edit of ten megabytes', async () => {
      const sizes: number[] = [];
      owner = await own(home, body => {
        sizes.push(JSON.stringify(body).length);
        return { decision: 'deny', reason: 'seen' };
      });
      const edit = { tool_name: 'Write', tool_input: { file_path: 'a', content: 'ü'.repeat(10_000_000) } };
      expect(decisionOf(await preToolUse(edit))).toEqual({ decision: 'deny', reason: 'seen' });
      expect(sizes[0]).toBeGreaterThan(10_000_000);
    });

    it('leaves no file behind, and minds neither proxies nor a curlrc', async () => {
      owner = await own(home, () => ({ decision: 'deny', reason: 'seen' }));
      await writeFile(join(home, '.curlrc'), 'url = "http://127.0.0.1:1/"\nproxy = "http://127.0.0.1:1"\n');
      around = {
        ...around,
        variables: { http_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' },
      };
      expect(decisionOf(await preToolUse(harmless))).toEqual({ decision: 'deny', reason: 'seen' });
      await expect
        .poll(async () => (await readdir(join(home, 'run'))).filter(name => /hook/.test(name)))
        .toEqual([]);
    });

    it.each([
      ['a name that is not plain', { INTERLOCK_AGENT_ID: 'ada (2)' }],
      ['a store that is shared', { INTERLOCK_DATABASE_URL: 'postgres://127.0.0.1:1/none' }],
      ['no curl', { PATH: '/nonexistent', INTERLOCK_NODE: process.execPath }],
    ])('leaves it to Node where there is %s', async (_what, variables) => {
      const urls: (string | undefined)[] = [];
      owner = await own(home, (_body, _response, request) => {
        urls.push(request.url);
        return { decision: 'none' };
      });
      around = { ...around, variables };
      await preToolUse(harmless, 'claude', '--timeout', '8');
      expect(urls).not.toContain('/hook-text/claude/PreToolUse');
    });

    it('speaks the protocol of this version', async () => {
      const script = await readFile(join(builtBundles(), 'hook.sh'), 'utf8');
      expect(script).toContain(`${protocolHeader}: ${protocol}'`);
    });
  });
});
