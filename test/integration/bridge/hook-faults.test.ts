import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../support/bridge/coordinators.ts';
import { dangerous, decisionOf, harmless, openHookStage } from '../../support/bridge/hook-stage.ts';
import { builtBundles } from '../../support/bridge/program.ts';
import { deferred } from '../../support/deferred.ts';

/** After this time a harness would go on without an answer. */
const shortTimeout = { timeout: 12 };
const shortTimeoutMs = 12_000;
/** Leaves a busy machine the time to judge a call without a coordinator. */
const longerTimeout = { timeout: 26 };

describe.concurrent.each(['node', 'sh'] as const)('a hook by %s whose coordinator cannot be asked', way => {
  it('starts one, which then answers', async ({ onTestFinished, expect }) => {
    const stage = await openHookStage(way, onTestFinished);
    expect(decisionOf(await stage.preToolUse(harmless, { timeout: 100 })).decision).toBe('none');
    await expect.poll(() => ownerOf(stage.home)).toBeDefined();
  });

  it('judges by the built-in guardrails alone where none can be started', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const program = await stage.bundlesWithoutCoordinator();
    expect(decisionOf(await stage.preToolUse(harmless, { program }))).toEqual({
      decision: 'none',
      reason: '',
    });
    const denied = decisionOf(await stage.preToolUse(dangerous, { program }));
    expect(denied.decision).toBe('deny');
    expect(denied.reason).toMatch(/history of branch main.*coordinator could not be asked/s);
  });

  it('judges alone too where there is no place for a store', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const options = { variables: { INTERLOCK_HOME: '/dev/null/store' } };
    expect(decisionOf(await stage.preToolUse(harmless, options)).decision).toBe('none');
    expect(decisionOf(await stage.preToolUse(dangerous, options))).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('/dev/null/store'),
    });
  });

  it('asks about a tool that nobody knows, which for Codex is a denial', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const program = await stage.bundlesWithoutCoordinator();
    const unknown = { tool_name: 'deploy_everything', tool_input: {} };
    expect(decisionOf(await stage.preToolUse(unknown, { program })).decision).toBe('ask');
    const byCodex = await stage.preToolUse(unknown, { program, harness: 'codex' });
    expect(decisionOf(byCodex).decision).toBe('deny');
  });

  it.for([
    ['deny', harmless, 'deny'],
    ['allow', dangerous, 'none'],
    ['no such mode', dangerous, 'deny'],
  ] as const)('does what the setting %j says instead', async ([mode, call, decision], { onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const program = await stage.bundlesWithoutCoordinator();
    const variables = { INTERLOCK_HOOKS_WHEN_UNAVAILABLE: mode };
    expect(decisionOf(await stage.preToolUse(call, { program, variables })).decision).toBe(decision);
  });

  it('denies a dangerous call when the coordinator takes the connection and does nothing', async ({
    onTestFinished,
  }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.own(() => undefined);
    const exit = await stage.preToolUse(dangerous, shortTimeout);
    expect(decisionOf(exit).decision).toBe('deny');
    expect(exit.milliseconds).toBeLessThan(shortTimeoutMs);
  });

  it('denies a dangerous call when the coordinator is stopped in its tracks', async ({
    onTestFinished,
    expect,
  }) => {
    const stage = await openHookStage(way, onTestFinished);
    await stage.preToolUse(harmless, { timeout: 100 });
    await expect.poll(() => ownerOf(stage.home)).toBeDefined();
    const pid = ownerOf(stage.home) ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      const exit = await stage.preToolUse(dangerous, shortTimeout);
      expect(decisionOf(exit).decision).toBe('deny');
      expect(exit.milliseconds).toBeLessThan(shortTimeoutMs);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('denies when one of its own parts is broken', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const program = await stage.bundlesWithoutCoordinator();
    for (const name of await readdir(program)) {
      if (/^bridge-alone\.mjs$/.test(name)) await writeFile(join(program, name), 'torn');
    }
    expect(decisionOf(await stage.preToolUse(harmless, { program }))).toMatchObject({ decision: 'deny' });
  });
});

// The shell leaves it to Node where none runs.
it('waits for a coordinator that is slow to start, so that the first edit takes its lock', async ({
  onTestFinished,
}) => {
  const stage = await openHookStage('node', onTestFinished);
  const program = await stage.bundlesWithoutCoordinator();
  const real = JSON.stringify(pathToFileURL(join(builtBundles(), 'coordinator.mjs')).href);
  const late = `await new Promise(go => setTimeout(go, 3_500)); await import(${real});`;
  await writeFile(join(program, 'coordinator.mjs'), late);
  const tool_input = { file_path: join(stage.folder, 'a.ts'), old_string: 'a', new_string: 'b' };
  const edit = { tool_name: 'Edit', tool_input };
  const options = { program, timeout: 100 };
  expect(decisionOf(await stage.preToolUse({ ...edit, session_id: 'first' }, options))).toMatchObject({
    decision: 'none',
  });
  expect(decisionOf(await stage.preToolUse({ ...edit, session_id: 'second' }, options))).toMatchObject({
    decision: 'deny',
    reason: expect.stringContaining('locked by'),
  });
});

describe.concurrent.each(['node', 'sh'] as const)('a hook by %s that something happens to', way => {
  it.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'denies when it gets %s while it waits',
    async (signal, { onTestFinished }) => {
      const stage = await openHookStage(way, onTestFinished);
      const waiting = deferred<void>();
      await stage.own((_body, response) => {
        response.writeProcessing();
        waiting.resolve();
      });
      const { child, exit } = stage.start(['hook', 'vscode', 'PreToolUse']);
      child.stdin.end(JSON.stringify(dangerous));
      await waiting.promise;
      child.kill(signal);
      expect(decisionOf(await exit)).toMatchObject({
        decision: 'deny',
        reason: expect.stringContaining(signal),
      });
    },
  );

  it('ends without a word on a signal where there is nothing to decide', async ({ onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const waiting = deferred<void>();
    await stage.own(() => waiting.resolve());
    const { child, exit } = stage.start(['hook', 'vscode', 'UserPromptSubmit']);
    child.stdin.end('{}');
    await waiting.promise;
    child.kill('SIGTERM');
    expect(await exit).toMatchObject({ code: 0, stdout: '' });
  });

  it.for([
    ['nothing', '', 'empty'],
    ['garbage', 'hello\0world', 'not JSON'],
    ['half a payload', '{"tool_name":"Bash"', 'not JSON'],
    ['more than 64 MiB', Buffer.alloc(65 * 1024 * 1024, ' '), 'larger than 64 MiB'],
  ] as const)('denies when it is given %s', async ([, input, reason], { onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    const exit = await stage.run(['hook', 'vscode', 'PreToolUse'], input);
    expect(decisionOf(exit)).toMatchObject({ decision: 'deny', reason: expect.stringContaining(reason) });
    expect(await stage.run(['hook', 'vscode', 'Stop'], input)).toMatchObject({ code: 0, stdout: '' });
  });

  it.for([
    { args: ['hook', 'nobody', 'PreToolUse'] },
    { args: ['hook', 'claude', 'PreToolUse', '--timeout', 'soon'] },
    { args: ['hook', 'claude', 'PreToolUse', '--verbose'] },
  ])('denies when it is registered wrongly: %j', async ({ args }, { onTestFinished }) => {
    const stage = await openHookStage(way, onTestFinished);
    expect(decisionOf(await stage.run(args, '{}'))).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('registered'),
    });
  });
});

describe.concurrent('a hook by Node', () => {
  it('lets a harmless call go on when the coordinator does nothing', async ({ onTestFinished }) => {
    const stage = await openHookStage('node', onTestFinished);
    await stage.own(() => undefined);
    expect(decisionOf(await stage.preToolUse(harmless, longerTimeout)).decision).toBe('none');
  });

  it('decides by itself before the time-out when the coordinator began and does not end', async ({
    onTestFinished,
  }) => {
    const stage = await openHookStage('node', onTestFinished);
    await stage.own((_body, response) => response.writeProcessing());
    const exit = await stage.preToolUse(dangerous, longerTimeout);
    expect(decisionOf(exit)).toMatchObject({ decision: 'deny', reason: expect.stringContaining('history') });
    expect(exit.milliseconds).toBeLessThan(longerTimeout.timeout * 1000);
  });

  it('goes on with the next owner when this one is killed in the middle of the call', async ({
    onTestFinished,
  }) => {
    const stage = await openHookStage('node', onTestFinished);
    let calls = 0;
    await stage.own((_body, _response, request) => {
      calls += 1;
      // What the kernel does to the connections of a process that is killed.
      request.socket.destroy();
    });
    expect(decisionOf(await stage.preToolUse(dangerous, shortTimeout)).decision).toBe('deny');
    expect(calls).toBeGreaterThan(1);
  });
});

describe.concurrent('a hook by a shell script', () => {
  it('denies when its coordinator is killed in the middle of the call', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    await stage.own((_body, _response, request) => request.socket.destroy());
    expect(decisionOf(await stage.preToolUse(harmless)).decision).toBe('deny');
    expect(await stage.run(['hook', 'vscode', 'Stop'], '{}')).toMatchObject({ code: 0, stdout: '' });
  });

  it('denies where its coordinator has no store', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    await stage.own((_body, response) => {
      response.writeHead(503);
      response.end('{"code":"store_unavailable"}');
    });
    expect(decisionOf(await stage.preToolUse(harmless)).decision).toBe('deny');
  });

  it('denies a harmless call too where its coordinator does nothing', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    await stage.own(() => undefined);
    const exit = await stage.preToolUse(harmless, shortTimeout);
    expect(decisionOf(exit).decision).toBe('deny');
    expect(exit.milliseconds).toBeLessThan(shortTimeoutMs);
  });

  it('denies before its time-out when its harness never closes the stream', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    await stage.own(() => ({ decision: 'none' }));
    const { child, exit } = stage.start(['hook', 'claude', 'PreToolUse', '--timeout', '12']);
    child.stdin.write(JSON.stringify(harmless));
    const ended = await exit;
    expect(decisionOf(ended).decision).toBe('deny');
    expect(ended.milliseconds).toBeLessThan(shortTimeoutMs);
  });

  it('denies Codex in the only shape that it takes', async ({ onTestFinished }) => {
    const stage = await openHookStage('sh', onTestFinished);
    await stage.own((_body, _response, request) => request.socket.destroy());
    const { stdout } = await stage.preToolUse(harmless, { harness: 'codex' });
    expect(Object.keys(JSON.parse(stdout))).toEqual(['hookSpecificOutput']);
  });
});
