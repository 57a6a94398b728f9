import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startWorker, type WorkerCoordinator } from '../../../src/coordinator/client/worker.ts';
import type { Ending } from '../../../src/coordinator/client.ts';
import { type Claim, claimFile, highestClaim, parseClaim } from '../../../src/coordinator/host/claim.ts';
import { readJournal, violationsIn } from '../../support/host/journal.ts';
import { letGoFile } from '../../support/host/tiny-service.ts';
import { tinySuite } from '../../support/host/tiny-suite.ts';

const suite = tinySuite();

function log(): { msg: string; reason?: string }[] {
  const text = readFileSync(join(suite.home, 'logs', 'coordinator.log'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

function claimNumber(generation: number): Claim {
  const file = claimFile(suite.home, generation);
  return parseClaim(readFileSync(file, 'utf8'), generation, file);
}

function reasonsToStop(): (string | undefined)[] {
  return log()
    .filter(line => line.msg === 'stopping')
    .map(line => line.reason);
}

describe('a detached coordinator', () => {
  test('that is told to stop answers what is in flight, closes the store, and only then gives it up', async () => {
    const processes = suite.processes();
    const coordinator = await suite.connect({ start: processes.start });
    const [owner] = processes.living;
    const held = coordinator.request('GET', '/hold');
    await expect.poll(async () => (await coordinator.request('GET', '/held')).body).toEqual({ held: 1 });
    owner?.kill('SIGTERM');
    await expect.poll(reasonsToStop).toEqual(['SIGTERM']);
    // It comes too late, and is certainly not carried out here, so it goes to the next owner, though it is a
    // POST. Where it meets its connection in the moment in which that is closed, nobody can know, and it is told to try again.
    const post = () => coordinator.request('POST', '/echo', { body: 1 });
    const triedAgain = async (thrown: unknown) => {
      expect(thrown).toMatchObject({ retryable: true });
      return post();
    };
    const late = Promise.all([post().catch(triedAgain), coordinator.open('/pipe')]);
    expect(highestClaim(suite.home)?.released).toBeUndefined();
    writeFileSync(letGoFile(suite.home), '');
    expect((await held).body).toEqual({ generation: 1 });
    const [answer, pipe] = await late;
    expect(answer.body).toMatchObject({ generation: 2 });
    pipe.destroy();
    expect(claimNumber(1).released).toBe('SIGTERM');
    expect(readJournal(suite.home)).toContain('end 1');
    expect(violationsIn(readJournal(suite.home))).toEqual([]);
  });

  test('ends streams of events and raw connections when it stops, and stays down for those who only watch', async () => {
    const processes = suite.processes();
    const coordinator = await suite.connect({ start: processes.start });
    const [owner] = processes.living;
    const watching = await suite.connect({ start: 'never' });
    const states: string[] = [];
    watching.events(
      '/events',
      {},
      () => undefined,
      state => states.push(state),
    );
    await expect.poll(() => states).toEqual(['connected']);
    const pipe = await coordinator.open('/pipe');
    pipe.resume();
    owner?.kill('SIGTERM');
    await once(pipe, 'end');
    await expect.poll(() => states.slice(0, 2)).toEqual(['connected', 'lost']);
    await expect.poll(() => processes.living.size).toBe(0);
    expect(owner?.exitCode).toBe(0);
  });

  test('ends by itself when nobody has been connected for its time, and not before', async () => {
    const minutes = 0.4 / 60;
    const processes = suite.processes({ args: ['--idle-minutes', String(minutes)] });
    const coordinator = await suite.connect({ start: processes.start });
    const pipe = await coordinator.open('/pipe');
    // Several times as long as it would stay alone.
    await expect
      .poll(() => readJournal(suite.home).split('beat').length, { timeout: 10_000 })
      .toBeGreaterThan(200);
    expect(processes.living.size).toBe(1);
    pipe.destroy();
    coordinator.close();
    await expect.poll(() => processes.living.size, { timeout: 5_000 }).toBe(0);
    expect(reasonsToStop()).toEqual(['nobody was connected for 0.4 s']);
  });

  test('ends at once, without closing anything, when its claim is gone: somebody else may own the store', async () => {
    const processes = suite.processes();
    await suite.connect({ start: processes.start });
    rmSync(claimFile(suite.home, 1));
    await expect.poll(() => processes.living.size, { timeout: 5_000 }).toBe(0);
    expect(processes.failures).toEqual([expect.stringContaining('the claim was deleted')]);
    expect(readJournal(suite.home)).not.toContain('end');
  });

  test('refuses arguments that it does not understand', async () => {
    const endings = await Promise.all(
      [
        ['--idle-minutes', 'soon'],
        ['--colour', 'red'],
      ].map(args => suite.processes({ args }).start().ended),
    );
    expect(endings).toEqual([
      { failure: expect.stringContaining('--idle-minutes is soon') },
      { failure: expect.stringContaining('--colour') },
    ]);
  });
});

describe('the coordinator in an editor window', () => {
  const threads: WorkerCoordinator[] = [];

  function windowed(options: { takeOver?: boolean } = {}): WorkerCoordinator & { readonly heard: string[] } {
    const heard: string[] = [];
    const thread = startWorker({
      home: suite.home,
      entryPath: suite.entryPath,
      ...options,
      onMessage: message => heard.push(message.type),
    });
    threads.push(thread);
    return { ...thread, heard };
  }

  test('is the same as a detached one for its clients, and tells its window what becomes of it', async () => {
    const thread = windowed();
    const coordinator = await suite.connect({ start: thread.start });
    expect(coordinator.owner).toEqual({ pid: process.pid, generation: 1, version: '0.0.0-tiny' });
    expect((await coordinator.request('POST', '/rows', { body: 'row' })).status).toBe(200);
    await expect.poll(() => thread.heard).toEqual(['owner', 'ready']);
    await thread.stop();
    expect(highestClaim(suite.home)?.released).toBe('the editor window asked for it');
  });

  test('answers its window, and refuses nothing but what is refused', async () => {
    const thread = windowed();
    await suite.connect({ start: thread.start });
    expect(await thread.ask({ type: 'hello' })).toEqual({ generation: 1, question: { type: 'hello' } });
    await thread.stop();
    await expect(thread.ask({ type: 'hello' })).rejects.toMatchObject({ code: 'coordinator_unavailable' });
  });

  test('ends at once where another process owns the store', async () => {
    const detached = await suite.connect();
    const thread = windowed();
    expect(await thread.start().ended).toEqual({});
    expect(thread.heard).toEqual(['lost']);
    expect((await detached.request('GET', '/')).body).toMatchObject({ generation: 1 });
  });

  test('can take over from a detached one, whose clients follow', async () => {
    const processes = suite.processes();
    const elsewhere = await suite.connect({ start: processes.start });
    const thread = windowed({ takeOver: true });
    const ended = thread.start().ended;
    await expect.poll(() => thread.heard).toEqual(['owner', 'ready']);
    expect((await elsewhere.request('POST', '/echo', { body: 1 })).body).toMatchObject({ generation: 2 });
    expect(elsewhere.owner.pid).toBe(process.pid);
    expect(reasonsToStop()).toEqual(['asked to retire: an editor window takes over']);
    expect(processes.started).toBe(1);
    await thread.stop();
    expect(await ended).toEqual({});
  });

  test('does not make room for another window, nor for anybody else who asks', async () => {
    const first = windowed();
    const coordinator = await suite.connect({ start: first.start });
    const second = windowed({ takeOver: true });
    expect(await second.start().ended).toEqual({});
    expect(second.heard).toEqual(['lost']);
    expect(await coordinator.request('POST', '/retire')).toMatchObject({
      status: 403,
      body: { code: 'operation_not_permitted' },
    });
    await first.stop();
  });

  test('that crashes is superseded, though the process of its window lives on', async () => {
    const thread = windowed();
    const crashed: Promise<Ending>[] = [];
    const start = () => {
      const attempt = thread.start();
      crashed.push(attempt.ended);
      return attempt;
    };
    const coordinator = await suite.connect({ start });
    await thread.ask({ type: 'crash' });
    expect(await crashed[0]).toEqual({ failure: 'the thread crashes' });
    expect(claimNumber(1).released).toBe('the thread that owned it ended');
    const other = await suite.connect();
    expect(other.owner.generation).toBe(2);
    expect((await coordinator.request('GET', '/')).body).toMatchObject({ generation: 2 });
    expect(violationsIn(readJournal(suite.home))).toEqual([]);
  });

  test('tells its window why it cannot start', async () => {
    writeFileSync(claimFile(suite.home, 1), 'not a claim');
    const thread = windowed();
    expect(await thread.start().ended).toEqual({ failure: expect.stringContaining('owner-1') });
    expect(thread.heard).toEqual(['failed']);
  });
});
