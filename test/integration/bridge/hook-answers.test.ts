import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { protocol, protocolHeader } from '../../../src/coordinator/handshake.ts';
import { dangerous, decisionOf, harmless, openHookStage } from '../../support/bridge/hook-stage.ts';
import { builtBundles } from '../../support/bridge/program.ts';
import { deferred } from '../../support/deferred.ts';

/** What the shell script does not take upon itself. */
const notPlain: readonly { what: string; variables: Readonly<Record<string, string>> }[] = [
  { what: 'a name that is not plain', variables: { INTERLOCK_AGENT_ID: 'ada (2)' } },
  { what: 'a store that is shared', variables: { INTERLOCK_DATABASE_URL: 'postgres://127.0.0.1:1/none' } },
  { what: 'no curl', variables: { PATH: '/nonexistent', INTERLOCK_NODE: process.execPath } },
];

describe.concurrent.each(['node', 'sh'] as const)('a hook by %s whose coordinator answers', way => {
  it('asks with the payload, the event and what is known of the process', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const asked = deferred<{ url: string | undefined; body: unknown }>();
    await stage.own((body, _response, request) => {
      asked.resolve({ url: request.url, body });
      return { decision: 'none' };
    });
    const variables = { INTERLOCK_AGENT_ID: 'ada', INTERLOCK_PROJECT: 'shop' };
    expect(await stage.preToolUse(dangerous, { harness: 'vscode', variables })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(await asked.promise).toMatchObject({
      url: way === 'sh' ? '/hook-text/vscode/PreToolUse' : '/hooks/vscode/PreToolUse',
      body: {
        payload: { session_id: 's', ...dangerous },
        process: { cwd: stage.folder, agentId: 'ada', project: 'shop', patienceMs: expect.any(Number) },
      },
    });
  });

  it('prints the decision in both shapes, on one line', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => ({ decision: 'deny', reason: 'held by Ada' }));
    const { code, stdout } = await stage.preToolUse(harmless);
    const words = { permissionDecision: 'deny', permissionDecisionReason: 'held by Ada' };
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${JSON.stringify({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...words }, ...words })}\n`,
    });
  });

  it('speaks as Codex wants it when Codex reads hooks that were installed for another', async ({
    onTestFinished,
  }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => ({ decision: 'ask', reason: 'look at it' }));
    const { stdout } = await stage.preToolUse({ ...harmless, turn_id: 't' });
    expect(JSON.parse(stdout)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: 'look at it',
      },
    });
  });

  it('tells the commands of a chat which chat they belong to, where the harness takes that', async ({
    onTestFinished,
  }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => ({ decision: 'none' }));
    const file = join(stage.folder, 'environment');
    const options = { variables: { CLAUDE_ENV_FILE: file } };
    await stage.run(['hook', 'claude', 'SessionStart'], '{"session_id":"a-1"}', options);
    await stage.run(['hook', 'claude', 'SessionStart'], '{"session_id":"it\'s; rm -rf /"}', options);
    expect(await readFile(file, 'utf8')).toBe("export INTERLOCK_CHAT='claude:a-1'\n");
  });

  it('gives a session the state it needs, and other events nothing', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => ({ decision: 'none', context: 'Ada holds a.ts' }));
    const start = await stage.run(['hook', 'vscode', 'SessionStart'], '{"session_id":"s"}');
    expect(JSON.parse(start.stdout)).toMatchObject({
      hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'Ada holds a.ts' },
    });
    expect(await stage.run(['hook', 'vscode', 'Stop'], '{"session_id":"s"}')).toMatchObject({
      code: 0,
      stdout: '',
    });
  });

  it('is not hurried by a time-out longer than a timer takes', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => ({ decision: 'none' }));
    expect(decisionOf(await stage.preToolUse(dangerous, { timeout: '1e9' })).decision).toBe('none');
  });

  it('carries an edit of ten megabytes, and a command of a thousand lines', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const sizes: number[] = [];
    await stage.own(body => {
      sizes.push(JSON.stringify(body).length);
      return { decision: 'deny', reason: 'seen' };
    });
    const edit = { tool_name: 'Write', tool_input: { file_path: 'a', content: 'ü'.repeat(10_000_000) } };
    expect(decisionOf(await stage.preToolUse(edit))).toEqual({ decision: 'deny', reason: 'seen' });
    expect(sizes[0]).toBeGreaterThan(10_000_000);
    const command = { tool_name: 'Bash', tool_input: { command: 'echo one more line\n'.repeat(1_000) } };
    expect(decisionOf(await stage.preToolUse(command))).toEqual({ decision: 'deny', reason: 'seen' });
    expect(sizes[1]).toBeGreaterThan(19_000);
  });

  it('ends quietly when nobody reads its answer', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => ({ decision: 'deny', reason: 'held by Ada' }));
    const { child, exit } = stage.start(['hook', 'claude', 'PreToolUse']);
    child.stdout.destroy();
    child.stdin.end(JSON.stringify(dangerous));
    expect(await exit).toMatchObject({ code: 0, signal: null });
  });
});

describe.concurrent('a hook by Node', () => {
  it.for([{ decision: 'allow' }, {}, [], 'none', null])(
    'takes the answer %j for no consent',
    async (answer, { onTestFinished }) => {
      const stage = await openHookStage('node', onTestFinished);
      await stage.own(() => answer);
      expect(decisionOf(await stage.preToolUse(harmless)).decision).toBe('deny');
    },
  );

  it('denies with the coordinator’s own words where it refuses the call', async ({ onTestFinished }) => {
    const stage = await openHookStage('node', onTestFinished);
    await stage.own((_body, response) => {
      const text = JSON.stringify({ code: 'policy_denied', message: 'The authorize step failed.' });
      response.writeHead(403, { 'content-type': 'application/problem+json', 'content-length': text.length });
      response.end(text);
    });
    expect(decisionOf(await stage.preToolUse(harmless))).toEqual({
      decision: 'deny',
      reason: 'The authorize step failed.',
    });
  });

  it('reads an answer that comes in pieces', async ({ onTestFinished }) => {
    const stage = await openHookStage('node', onTestFinished);
    await stage.own((_body, response) => {
      response.writeProcessing();
      // No content-length: Node sends it in chunks, which only the whole client understands.
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"decision":"deny",');
      response.end('"reason":"in pieces"}');
    });
    expect(decisionOf(await stage.preToolUse(harmless))).toEqual({ decision: 'deny', reason: 'in pieces' });
  });

  it('decides when its harness never closes the stream', async ({ onTestFinished }) => {
    const stage = await openHookStage('node', onTestFinished);
    await stage.own(() => ({ decision: 'deny', reason: 'held by Ada' }));
    const { child, exit } = stage.start(['hook', 'claude', 'PreToolUse']);
    child.stdin.write(JSON.stringify(dangerous));
    expect(decisionOf(await exit)).toEqual({ decision: 'deny', reason: 'held by Ada' });
  });

  it('loads one small file and few of Node’s modules when all is well', async () => {
    const source = await readFile(join(builtBundles(), 'bridge.js'), 'utf8');
    const imported = [...source.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, module]) => module);
    expect([...new Set(imported)].sort()).toEqual(['node:fs', 'node:net', 'node:os', 'node:path']);
    expect(source.length).toBeLessThan(24_000);
  });
});

describe.concurrent('a hook by a shell script', () => {
  it('waits for a person as long as its coordinator shows that it is alive', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    const asked = deferred<void>();
    const decided = deferred<object>();
    await stage.own(() => {
      asked.resolve();
      return decided.promise;
    });
    const waiting = stage.preToolUse(dangerous, { timeout: 40 });
    await asked.promise;
    // Longer than the silence that the script takes for a coordinator that is stuck.
    setTimeout(() => decided.resolve({ decision: 'deny', reason: 'a person said no' }), 5_000);
    expect(decisionOf(await waiting)).toEqual({ decision: 'deny', reason: 'a person said no' });
  });

  it('leaves no file behind, and minds neither proxies nor a curlrc', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    await stage.own(() => ({ decision: 'deny', reason: 'seen' }));
    const config = 'url = "http://127.0.0.1:1/"\nproxy = "http://127.0.0.1:1"\n';
    await writeFile(join(stage.home, '.curlrc'), config);
    const variables = { http_proxy: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' };
    expect(decisionOf(await stage.preToolUse(harmless, { variables }))).toEqual({
      decision: 'deny',
      reason: 'seen',
    });
    await expect
      .poll(async () => (await readdir(join(stage.home, 'run'))).filter(name => /hook/.test(name)))
      .toEqual([]);
  });

  it.for(notPlain)('leaves it to Node where there is $what', async ({ variables }, { onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    const urls: (string | undefined)[] = [];
    await stage.own((_body, _response, request) => {
      urls.push(request.url);
      return { decision: 'none' };
    });
    await stage.preToolUse(harmless, { timeout: 8, variables });
    expect(urls).not.toContain('/hook-text/claude/PreToolUse');
  });

  it('speaks the protocol of this version', async () => {
    const script = await readFile(join(builtBundles(), 'hook.sh'), 'utf8');
    expect(script).toContain(`${protocolHeader}: ${protocol}'`);
  });
});
