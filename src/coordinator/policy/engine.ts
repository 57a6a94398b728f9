import { AsyncResource } from 'node:async_hooks';
import type { Database, Queryable } from '../database/port.ts';
import type { Project } from '../kernel/caller.ts';
import { type EventBus, isAbout } from '../kernel/events.ts';
import type { Operation } from '../kernel/operation.ts';
import { remember } from '../kernel/remembered.ts';
import { loadCedar } from './cedar.ts';
import { decideNative } from './native.ts';
import { type PolicySet, policySetOf, readAhead } from './policy-set.ts';
import type { Answer, PolicyRequest } from './request.ts';
import { readTexts } from './store.ts';

/** How long policies are believed although no change was heard, in milliseconds (safety.md, Policy engines: Sync). */
const believedMs = 300_000;

/** What tells that policies have changed. */
const topics = ['policy'];

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
  /** Has the policies of the project read before the first call that they are about. */
  prepare(project: Project): void;
}

const native: Engine = {
  name: 'native',
  decide: (_, request) => decideNative(request),
  hasOwnPolicies: false,
};

/**
 * The engine that each project has chosen. With `native`, what people have written in Cedar is kept and can be tried,
 * and is not in force.
 *
 * A set that has changed is read at once, and not by the next call alone. A call that comes meanwhile waits for it: what
 * was in force before the change decides nothing after it.
 * @param onTrouble hears why the policies could not be read: the last known, or the defaults, are in force then.
 */
export function createEngines(
  database: Pick<Database, 'within'>,
  bus: EventBus,
  monotonicMs: () => number,
  onTrouble: (error: unknown | undefined) => void,
): Engines {
  const texts = remember({
    bus,
    topics,
    atMostMs: believedMs,
    monotonicMs,
    read: readTexts,
    builtin: [],
    onTrouble,
  });
  const compiled = new WeakMap<object, Promise<Engine>>();

  async function compile(named: Awaited<ReturnType<typeof readTexts>>): Promise<Engine> {
    const cedar = await loadCedar();
    await readAhead(cedar, named, monotonicMs);
    const set: PolicySet = policySetOf(cedar, named);
    return {
      name: 'cedar',
      decide: ({ access }, request) => set.decide(request, access),
      hasOwnPolicies: named.length > 0,
    };
  }

  async function engineFor(db: Queryable, projectId: string): Promise<Engine> {
    const named = await texts.of(db, projectId);
    const engine = compiled.get(named) ?? compile(named);
    compiled.set(named, engine);
    engine.catch(() => compiled.delete(named));
    return await engine;
  }

  const prepared = new Set<string>();
  // Whoever tells of a change may do so inside a transaction, which has no part in this.
  const read = AsyncResource.bind((projectId: string): void => {
    // The call that needs it fails for the same reason, and says so.
    engineFor(database.within(projectId), projectId).catch(() => undefined);
  });
  // It hears of a change after what is remembered has been forgotten, since that was made before.
  bus.subscribe(event => {
    if (isAbout(event, topics) && prepared.has(event.project)) read(event.project);
  });

  function prepare({ id, settings }: Project): void {
    if (settings['policy.engine'] === 'native' || prepared.has(id)) return;
    prepared.add(id);
    read(id);
  }

  return {
    prepare,
    async of(db, project) {
      if (project.settings['policy.engine'] === 'native') return native;
      prepared.add(project.id);
      return await engineFor(db, project.id);
    },
  };
}
