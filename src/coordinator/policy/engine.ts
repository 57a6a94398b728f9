import type { Queryable } from '../database/port.ts';
import type { Project } from '../kernel/caller.ts';
import type { EventBus } from '../kernel/events.ts';
import type { Operation } from '../kernel/operation.ts';
import { remember } from '../kernel/remembered.ts';
import { loadCedar } from './cedar.ts';
import { decideNative } from './native.ts';
import { type PolicySet, policySetOf } from './policy-set.ts';
import type { Answer, PolicyRequest } from './request.ts';
import { readTexts } from './store.ts';

/** How long policies are believed although no change was heard, in milliseconds (safety.md, Policy engines: Sync). */
const believedMs = 300_000;

/** Decides requests of one project, by its policies as they are at this moment. */
export interface Engine {
  readonly name: 'native' | 'cedar';
  decide(operation: Pick<Operation, 'access'>, request: PolicyRequest): Answer;
  /** Whether people have written policies: the built-in ones look at no path and no host. */
  readonly hasOwnPolicies: boolean;
}

export interface Engines {
  /** @throws Error where the policies of the project cannot be read by the engine: nothing passes then. */
  of(db: Queryable, project: Project): Promise<Engine>;
}

const native: Engine = {
  name: 'native',
  decide: (_, request) => decideNative(request),
  hasOwnPolicies: false,
};

/**
 * The engine that each project has chosen. With `native`, what people have written in Cedar is kept and can be tried,
 * and is not in force.
 * @param onTrouble hears why the policies could not be read: the last known, or the defaults, are in force then.
 */
export function createEngines(
  bus: EventBus,
  monotonicMs: () => number,
  onTrouble: (error: unknown | undefined) => void,
): Engines {
  const texts = remember({
    bus,
    topics: ['policy'],
    atMostMs: believedMs,
    monotonicMs,
    read: readTexts,
    builtin: [],
    onTrouble,
  });
  const compiled = new WeakMap<object, Promise<Engine>>();

  async function compile(named: Awaited<ReturnType<typeof readTexts>>): Promise<Engine> {
    const set: PolicySet = policySetOf(await loadCedar(), named);
    return {
      name: 'cedar',
      decide: ({ access }, request) => set.decide(request, access),
      hasOwnPolicies: named.length > 0,
    };
  }

  return {
    async of(db, { id, settings }) {
      if (settings['policy.engine'] === 'native') return native;
      const named = await texts.of(db, id);
      const engine = compiled.get(named) ?? compile(named);
      compiled.set(named, engine);
      engine.catch(() => compiled.delete(named));
      return await engine;
    },
  };
}
