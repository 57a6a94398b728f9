import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Claim, claimFile, highestClaim, socketOf } from '../../../src/coordinator/host/claim.ts';
import { becomeOwner, type Ownership } from '../../../src/coordinator/host/ownership.ts';
import { deferred } from '../../support/deferred.ts';

/** Stops at the one point where a claimant can lose time unseen: it has judged, and has not claimed yet. */
class SleepingServer extends Server {
  readonly fellAsleep = deferred();
  readonly #woken = deferred();

  override listen(...args: unknown[]): this {
    this.fellAsleep.resolve();
    void this.#woken.promise.then(() => Reflect.apply(super.listen, this, args));
    return this;
  }

  wake(): void {
    this.#woken.resolve();
  }
}

describe('claiming the store', () => {
  let folder: string;
  const servers: Server[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'il-'));
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map(closed));
    await rm(folder, { recursive: true, force: true });
  });

  function serverOf<Kind extends Server>(server: Kind): Kind {
    servers.push(server);
    return server;
  }

  function claim(
    server: Server = serverOf(createServer()),
  ): Promise<Ownership | { readonly takenBy: Claim }> {
    return becomeOwner({ folder, server, mode: 'detached', version: '1.0.0' });
  }

  /** An owner that has come and gone. */
  async function passingOwner(): Promise<number> {
    const server = createServer();
    const outcome = await claim(server);
    if ('takenBy' in outcome) throw new Error('it was taken');
    outcome.release('gone');
    await closed(server);
    return outcome.claim.generation;
  }

  test('gives it to exactly one of many who ask at the same moment, and its claim to the others', async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => claim()));
    const owners = outcomes.filter(outcome => 'claim' in outcome);
    expect(owners).toHaveLength(1);
    const losers = outcomes.filter(outcome => 'takenBy' in outcome);
    expect(new Set(losers.map(loser => loser.takenBy.token))).toEqual(new Set([owners[0]?.claim.token]));
  });

  test('leaves no trace of those who lost', async () => {
    await Promise.all(Array.from({ length: 10 }, () => claim()));
    const claimed = highestClaim(folder);
    expect(claimed?.generation).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['owner-1', 'run']);
    expect(readdirSync(join(folder, 'run'))).toHaveLength(1);
  });

  test('is lost by whoever slept since it judged, though the name of its generation has been swept free', async () => {
    await passingOwner();
    const sleeper = serverOf(new SleepingServer());
    const late = claim(sleeper);
    await sleeper.fellAsleep.promise;

    while ((await passingOwner()) < 12);
    const outcome = await claim();
    const owner = 'claim' in outcome ? outcome.claim : undefined;
    expect(owner?.generation).toBe(13);
    expect(existsSync(claimFile(folder, 2))).toBe(false);

    sleeper.wake();
    expect(await late).toEqual({ takenBy: owner });
    expect(existsSync(claimFile(folder, 2))).toBe(false);
  });

  test('is lost by whoever slept while another took the same generation', async () => {
    const sleepers = [serverOf(new SleepingServer()), serverOf(new SleepingServer())];
    const late = sleepers.map(sleeper => claim(sleeper));
    await Promise.all(sleepers.map(sleeper => sleeper.fellAsleep.promise));
    for (const sleeper of sleepers) sleeper.wake();
    const outcomes = await Promise.all(late);
    expect(outcomes.filter(outcome => 'claim' in outcome)).toHaveLength(1);
  });

  test('waits for nobody: an owner that accepts no connection is alive', async () => {
    const owner = await claim();
    if ('takenBy' in owner) throw new Error('it was taken');
    // Nothing here ever reads or answers, like an owner that hangs.
    expect(await claim()).toEqual({ takenBy: owner.claim });
  });

  test('tells the owner when its socket file is deleted', async () => {
    const owner = await claim();
    if ('takenBy' in owner) throw new Error('it was taken');
    const trouble = new Promise(resolve => owner.watch(resolve));
    rmSync(socketOf(folder, owner.claim));
    expect(await trouble).toBe('cut off');
  });

  test('tells the owner when its claim is deleted', async () => {
    const owner = await claim();
    if ('takenBy' in owner) throw new Error('it was taken');
    const trouble = new Promise(resolve => owner.watch(resolve));
    rmSync(claimFile(folder, owner.claim.generation));
    expect(await trouble).toBe('lost');
  });

  test('is refused, with what to do, while an owner lives that nobody can reach', {
    timeout: 20_000,
  }, async () => {
    const owner = await claim();
    if ('takenBy' in owner) throw new Error('it was taken');
    rmSync(socketOf(folder, owner.claim));
    await expect(claim()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(`process ${process.pid}`),
      next: expect.stringContaining(claimFile(folder, 1)),
    });
  });
});

function closed(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()));
}
