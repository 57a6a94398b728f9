import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { operation } from '../../../src/coordinator/kernel/operation.ts';
import { areApart, isLive } from '../../../src/coordinator/locks/claim.ts';
import { extendLock } from '../../../src/coordinator/locks/extend.ts';
import { checkFence } from '../../../src/coordinator/locks/fence.ts';
import { overlaps } from '../../../src/coordinator/locks/overlap.ts';
import { readSurroundings } from '../../../src/coordinator/locks/store.ts';
import { takeTurn } from '../../../src/coordinator/projects/turn.ts';
import { asOwner, onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

const files = ['a', 'd/a', 'd/b'];
const targets = [...files, 'd', 'd/*', '**/a'];
/** All of them hold `d/a`: each two exclude each other. */
const overlapping = ['d/a', 'd', 'd/**', '**/a', 'd/*'];

/** Reads a file that agents keep outside the coordinator, and writes it under a fence: checked and written in one turn. */
const readFile = operation({
  name: 'test_read_file',
  title: 'Read',
  description: 'Reads a counter.',
  access: 'read',
  input: z.object({ file: z.string() }),
  output: z.object({ value: z.number() }),
  resource: input => ({ type: 'File', id: input.file }),
  async run({ tx, project }, { file }) {
    const [row] = await tx.query(
      sql<{
        value: number;
      }>`select value from test_files where project_id = ${project.id} and file = ${file}`,
    );
    return { value: row?.value ?? 0 };
  },
});
const writeFile = operation({
  ...readFile,
  name: 'test_write_file',
  access: 'write',
  input: z.object({ file: z.string(), fence: z.number(), value: z.number() }),
  async run(context, { file, fence, value }) {
    const { tx, project } = context;
    await takeTurn(tx, project.id);
    await checkFence(context, file, fence);
    await tx.query(sql`
      insert into test_files (project_id, file, value) values (${project.id}, ${file}, ${value})
      on conflict (project_id, file) do update set value = excluded.value`);
    return { value };
  },
});

type Deed =
  | {
      readonly does: 'increment';
      readonly file: string;
      readonly pausedTooLong: boolean;
      readonly patient: boolean;
    }
  | {
      readonly does: 'acquire';
      readonly paths: readonly string[];
      readonly mode: string;
      readonly patient: boolean;
    }
  | { readonly does: 'release all' | 'lapse' | 'end turn' }
  | { readonly does: 'extend' | 'release' | 'write'; readonly path: string };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('increment' as const),
      file: fc.constantFrom(...files),
      pausedTooLong: fc.boolean(),
      patient: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('acquire' as const),
      paths: fc.uniqueArray(fc.constantFrom(...targets), { minLength: 1, maxLength: 3 }),
      mode: fc.constantFrom('exclusive', 'shared'),
      patient: fc.boolean(),
    }),
  },
  fc.record({ does: fc.constantFrom('release all' as const, 'lapse' as const, 'end turn' as const) }),
  fc.record({
    does: fc.constantFrom('extend' as const, 'release' as const, 'write' as const),
    path: fc.constantFrom(...targets),
  }),
);

onEachDatabase('locks under concurrency', fixture => {
  /** Two coordinators where the database takes two, otherwise one. */
  let stands: LockStand[];
  let agents: { readonly worker: Worker; readonly stand: LockStand }[];
  let project: string;
  let acquisitions: { readonly began: number; readonly ended: number; readonly fence: number }[];
  let increments: Map<string, number>;
  let clock: number;

  let databases: readonly Database[];

  beforeAll(async () => {
    databases = fixture.kind === 'postgres' ? [fixture.db, fixture.connectAgain()] : [fixture.db];
    await asOwner(
      fixture.db,
      sql`create table test_files (project_id uuid, file text, value int, primary key (project_id, file))`,
    );
    await asOwner(fixture.db, sql`grant all on test_files to interlock_service`);
  });
  const open = async () => {
    const first = await openLockStand(fixture.db);
    stands = [first];
    for (const other of databases.slice(1)) stands.push(await openLockStand(other, { folder: first.folder }));
    agents = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async n => ({
        worker: await first.chat(`agent ${n}`),
        stand: stands[n % stands.length] ?? first,
      })),
    );
    const sessionId = agents[0]?.worker.sessionId ?? null;
    const [row] = await fixture.db.query(
      sql<{ project_id: string }>`select project_id from sessions where id = ${sessionId}`,
    );
    project = row?.project_id ?? '';
    acquisitions = [];
    increments = new Map();
    clock = 0;
  };
  const close = async () => {
    for (const stand of stands.toReversed()) {
      await stand.close();
      expect(stand.errors).toEqual([]);
    }
  };

  /** At most one live exclusive holder of any path, at this very moment. */
  const checkExclusion = async () => {
    const { locks } = await readSurroundings(fixture.db, project, null, 'all');
    const live = locks.filter(isLive);
    for (const one of live) {
      for (const other of live) {
        if (one.sessionId >= other.sessionId || (one.mode === 'shared' && other.mode === 'shared')) continue;
        if (areApart(one.scope, other.scope)) continue;
        expect(overlaps(one, other), `${JSON.stringify(one)} and ${JSON.stringify(other)}`).toBe(false);
      }
    }
  };

  /** Carries a call out; a refusal in the words of the product is an answer like any other. */
  const attempt = async <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (error instanceof InterlockError && error.code !== 'internal_error') return undefined;
      throw error;
    });

  const acquire = async (agent: (typeof agents)[number], asked: Record<string, unknown>) => {
    const began = clock++;
    const answer = await agent.stand.acquire(agent.worker, asked);
    const ended = clock++;
    const locks = (answer.locks ?? [answer]).filter(lock => lock.action === 'acquired');
    for (const lock of locks) acquisitions.push({ began, ended, fence: lock.fence ?? 0 });
    return answer;
  };

  const increment = async (
    agent: (typeof agents)[number],
    { file, pausedTooLong, patient }: Extract<Deed, { does: 'increment' }>,
  ) => {
    const { stand, worker } = agent;
    const { success, fence } = await acquire(agent, { file_path: file, wait_seconds: patient ? 5 : 0 });
    if (!success) return;
    const { value } = (await stand.as(worker, readFile, { file })) as { value: number };
    if (pausedTooLong) {
      await stand.lapse(worker);
      // Others get their chance meanwhile.
      for (let turn = 0; turn < 5; turn++) await stand.shown();
    }
    const written = await attempt(stand.as(worker, writeFile, { file, fence, value: value + 1 }));
    if (written) increments.set(file, (increments.get(file) ?? 0) + 1);
    await attempt(stand.release(worker, file));
  };

  const carryOut = async (agent: (typeof agents)[number], deed: Deed) => {
    const { stand, worker } = agent;
    switch (deed.does) {
      case 'increment':
        return increment(agent, deed);
      case 'acquire':
        return void (await acquire(agent, {
          paths: deed.paths,
          mode: deed.mode,
          wait_seconds: deed.patient ? 1 : 0,
        }));
      case 'release all':
        return void (await stand.release(worker, { all: true }));
      case 'lapse':
        return stand.lapse(worker);
      case 'end turn':
        return stand.stop(worker);
      case 'extend':
        return void (await attempt(stand.as(worker, extendLock, { file_path: deed.path })));
      case 'release':
        return void (await attempt(stand.release(worker, deed.path)));
      case 'write':
        return void (await stand.write(worker, 'd/a', 'a'));
    }
  };

  test('refuse the write of a holder that was paused past its lease, by its fence', async () => {
    await open();
    const [ada, bob] = agents;
    if (!ada || !bob) throw new Error('no agents');
    const read = (agent: typeof ada) => agent.stand.as(agent.worker, readFile, { file: 'a' });
    const { fence } = await ada.stand.acquire(ada.worker, 'a');
    expect(await read(ada)).toEqual({ value: 0 });
    await ada.stand.lapse(ada.worker);
    await increment(bob, { does: 'increment', file: 'a', pausedTooLong: false, patient: false });
    const late = ada.stand.as(ada.worker, writeFile, { file: 'a', fence, value: 1 });
    expect(await refusal(late)).toMatchObject({ code: 'stale_fence', params: { taken_by: 'agent 1' } });
    expect(await read(ada)).toEqual({ value: 1 });
    await increment(ada, { does: 'increment', file: 'a', pausedTooLong: false, patient: false });
    expect(await read(bob)).toEqual({ value: 2 });
    await close();
  });

  test('exclude, never lose an update that carries its fence, and number acquisitions in their order', {
    timeout: 240_000,
  }, async () => {
    const script = fc.array(deed, { minLength: 4, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.array(script, { minLength: 6, maxLength: 6 }), async scripts => {
        await open();
        try {
          await Promise.all(
            scripts.map(async (deeds, n) => {
              const agent = agents[n];
              if (!agent) throw new Error(`no agent ${n}`);
              for (const one of deeds) {
                await carryOut(agent, one);
                await checkExclusion();
              }
              await agent.stand.release(agent.worker, { all: true });
            }),
          );
          for (const file of files) {
            const read = stands[0]?.as(agents[0]?.worker as Worker, readFile, { file });
            expect(await read).toEqual({ value: increments.get(file) ?? 0 });
          }
          const fences = acquisitions.map(acquisition => acquisition.fence);
          expect(new Set(fences).size).toBe(fences.length);
          for (const earlier of acquisitions) {
            for (const later of acquisitions) {
              if (earlier.ended < later.began) expect(later.fence).toBeGreaterThan(earlier.fence);
            }
          }
        } finally {
          await close();
        }
      }),
      { numRuns: 6 },
    );
  });

  test('are given in the order of asking to those who wait, from whichever coordinator', {
    timeout: 240_000,
  }, async () => {
    const modes = fc.array(fc.constantFrom('exclusive', 'shared'), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(modes, async modes => {
        await open();
        try {
          const [holder, ...waiters] = agents;
          if (!holder) throw new Error('no holder');
          await holder.stand.acquire(holder.worker, 'd/a');
          const passed: Promise<number>[] = [];
          for (const [n, mode] of modes.entries()) {
            const waiter = waiters[n];
            if (!waiter) throw new Error(`no waiter ${n}`);
            const { answer } = await waiter.stand.queue(waiter.worker, {
              file_path: overlapping[n],
              mode,
            });
            passed.push(
              answer.then(async ({ fence }) => {
                await checkExclusion();
                await waiter.stand.release(waiter.worker, { all: true });
                return fence ?? 0;
              }),
            );
          }
          await holder.stand.release(holder.worker, { all: true });
          const fences = await Promise.all(passed);
          for (const [n, fence] of fences.entries()) {
            for (const [m, later] of fences.entries()) {
              if (n < m && (modes[n] === 'exclusive' || modes[m] === 'exclusive'))
                expect(later).toBeGreaterThan(fence);
            }
          }
        } finally {
          await close();
        }
      }),
      { numRuns: 8 },
    );
  });
});
