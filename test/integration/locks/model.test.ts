import fc from 'fast-check';
import picomatch from 'picomatch';
import { expect, test } from 'vitest';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { extendLock } from '../../../src/coordinator/locks/extend.ts';
import { checkFenceOperation } from '../../../src/coordinator/locks/fence.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, type Worker } from './stand.ts';

/** Paths among which every two of the targets below that overlap have one in common. */
const universe = ['a', 'b', 'c', 'd', 'a/a', 'b/a', 'd/a', 'd/b', 'd/c', 'd/a/a', 'd/b/a', 'd/d/a', 'e/a'];
const targets = ['a', 'b', 'd', 'd/a', 'd/b', 'd/*', 'd/**', '**/a', '{a,d/b}', 'key:a', 'key:b'];

type Mode = 'exclusive' | 'shared';

/** What the locks of a project should be, told in the simplest way: sets of paths, and a list of who took what. */
interface Model {
  held: { agent: number; target: string; mode: Mode; fence: number; live: boolean }[];
  taken: { agent: number; target: string; fence: number }[];
  fence: number;
}

interface Real {
  readonly stand: LockStand;
  readonly agents: readonly Worker[];
}

function pathsOf(target: string): ReadonlySet<string> {
  if (target.includes(':')) return new Set([target]);
  const alternatives = target === '{a,d/b}' ? ['a', 'd/b'] : [target];
  return new Set(
    universe.filter(path =>
      alternatives.some(alternative =>
        /[*?]/.test(alternative)
          ? picomatch(alternative, { dot: true })(path)
          : path === alternative || path.startsWith(`${alternative}/`),
      ),
    ),
  );
}

function overlap(one: string, other: string): boolean {
  const paths = pathsOf(other);
  return [...pathsOf(one)].some(path => paths.has(path));
}

const agents = fc.nat({ max: 2 });
const anyTarget = fc.constantFrom(...targets);
const anyMode = fc.constantFrom<Mode>('exclusive', 'shared');

/** A step that both take; after it the project's locks must be those of the model. */
function step(name: string, run: (model: Model, real: Real) => Promise<void>): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await run(model, real);
      const shown = await real.stand.shown();
      const expected = model.held.filter(lock => lock.live);
      const line = (agent: string, target: string, mode: unknown, fence: number) =>
        `${fence} ${target} ${String(mode)} ${agent}`;
      expect(shown.map(lock => line(lock.locked_by, lock.file_path, lock.mode, lock.fence)).sort()).toEqual(
        expected.map(lock => line(`agent ${lock.agent}`, lock.target, lock.mode, lock.fence)).sort(),
      );
    },
  };
}

function agentOf(real: Real, agent: number): Worker {
  const worker = real.agents[agent];
  if (!worker) throw new Error(`no agent ${agent}`);
  return worker;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof InterlockError) return error.code;
      throw error;
    },
  );
}

const acquire = fc
  .record({ agent: agents, asked: fc.uniqueArray(anyTarget, { minLength: 1, maxLength: 3 }), mode: anyMode })
  .map(({ agent, asked, mode }) =>
    step(`agent ${agent} acquires ${asked.join(' ')} ${mode}`, async (model, real) => {
      const answer = await real.stand.acquire(agentOf(real, agent), { paths: asked, mode });
      const blocking = model.held.filter(
        lock =>
          lock.live &&
          lock.agent !== agent &&
          (lock.mode === 'exclusive' || mode === 'exclusive') &&
          asked.some(target => overlap(lock.target, target)),
      );
      expect(answer.success).toBe(blocking.length === 0);
      if (!answer.success) return;
      const got = new Map((answer.locks ?? [answer]).map(lock => [lock.file_path, lock]));
      const fences: number[] = [];
      for (const target of asked) {
        const own = model.held.find(lock => lock.agent === agent && lock.target === target);
        const lock = got.get(target);
        if (own?.live && (own.mode === mode || mode === 'shared')) {
          expect(lock).toMatchObject({ action: 'refreshed', fence: own.fence });
          own.mode = mode;
          continue;
        }
        expect(lock).toMatchObject({ action: 'acquired' });
        const fence = lock?.fence ?? 0;
        expect(fence).toBeGreaterThan(model.fence);
        fences.push(fence);
        model.held = model.held.filter(held => held !== own);
        model.held.push({ agent, target, mode, fence, live: true });
        model.taken.push({ agent, target, fence });
      }
      expect(new Set(fences).size).toBe(fences.length);
      model.fence = Math.max(model.fence, ...fences);
    }),
  );

const release = fc.record({ agent: agents, target: anyTarget }).map(({ agent, target }) =>
  step(`agent ${agent} releases ${target}`, async (model, real) => {
    const own = model.held.find(lock => lock.live && lock.agent === agent && lock.target === target);
    const code = await codeOf(real.stand.release(agentOf(real, agent), target));
    expect(code).toBe(own ? 'done' : 'lock_not_found_or_not_owner');
    model.held = model.held.filter(lock => lock !== own);
  }),
);

const extend = fc.record({ agent: agents, target: anyTarget }).map(({ agent, target }) =>
  step(`agent ${agent} extends ${target}`, async (model, real) => {
    const own = model.held.find(lock => lock.live && lock.agent === agent && lock.target === target);
    const code = await codeOf(real.stand.as(agentOf(real, agent), extendLock, { file_path: target }));
    expect(code).toBe(own ? 'done' : 'lock_not_found_or_not_owner');
  }),
);

const lapse = agents.map(agent =>
  step(`the leases of agent ${agent} lapse`, async (model, real) => {
    await real.stand.lapse(agentOf(real, agent));
    for (const lock of model.held) if (lock.agent === agent) lock.live = false;
  }),
);

const checkFence = fc.nat().map(which =>
  step(`fence ${which} is checked`, async (model, real) => {
    const asked = model.taken[which % Math.max(1, model.taken.length)];
    if (!asked) return;
    const { agent, target, fence } = asked;
    const isHeld = model.held.some(lock => lock.live && lock.agent === agent && lock.fence === fence);
    const isNewest = !model.taken.some(
      later => later.agent === agent && later.target === target && later.fence > fence,
    );
    const isDisturbed = model.taken.some(
      later => later.agent !== agent && later.fence > fence && overlap(later.target, target),
    );
    const code = await codeOf(
      real.stand.as(agentOf(real, agent), checkFenceOperation, { file_path: target, fence }),
    );
    expect(code).toBe(isHeld || (isNewest && !isDisturbed) ? 'done' : 'stale_fence');
  }),
);

onEachDatabase('locks', fixture => {
  test('do what a model of sets and lists says, whatever is done with them', {
    timeout: 120_000,
  }, async () => {
    const steps = fc.commands([acquire, acquire, acquire, release, extend, lapse, checkFence, checkFence], {
      maxCommands: 40,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(steps, async commands => {
        const stand = await openLockStand(fixture.db);
        try {
          const workers = [0, 1, 2].map(agent => stand.worker(`agent ${agent}`));
          const real = { stand, agents: await Promise.all(workers) };
          const model = { held: [], taken: [], fence: 0 };
          await fc.asyncModelRun(() => ({ model, real }), commands);
          expect(stand.errors).toEqual([]);
        } finally {
          await stand.close();
        }
      }),
      { numRuns: 30 },
    );
  });
});
