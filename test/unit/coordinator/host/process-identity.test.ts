import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { identifyThisProcess, startOf } from '../../../../src/coordinator/host/process-identity.ts';

describe.skipIf(process.platform === 'win32')('a process', () => {
  test('is recognised by its id and its start', async () => {
    const me = await identifyThisProcess();
    expect(me.pid).toBe(process.pid);
    expect(await startOf(process.pid)).toBe(me.started);
    expect(me.boot).not.toBe('');
    expect(me.machine).not.toBe('');
  });

  test('that has ended has no start', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const { pid = 0 } = child;
    expect(await startOf(pid)).toBeTypeOf('string');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await startOf(pid)).toBeUndefined();
  });

  test('that was killed and not yet fetched by its parent counts as ended', async () => {
    // The shell becomes a program that never waits, so the child stays a zombie (unless it dies before that).
    const shell = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(shell.stdout.setEncoding('utf8'), 'data');
    const pid = Number(line);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => startOf(pid)).toBeUndefined();
    shell.kill('SIGKILL');
  });
});
