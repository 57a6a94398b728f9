import type { Database, Queryable } from '../database/port.ts';
import type { Step } from './corridor.ts';
import type { Decision } from './decision.ts';
import { InterlockError } from './errors.ts';
import { type CoordinatorEvent, type EventBus, isAbout } from './events.ts';
import type { Inspect } from './guard.ts';
import { type Operation, type OperationContext, saysNo, Waiting } from './operation.ts';
import { type KnownPassage, known } from './passage.ts';
import type { Troubles } from './troubles.ts';

/** Writes the record and the events of an act inside its own transaction. */
export type Recorder = (
  tx: Queryable,
  passage: KnownPassage,
  events: readonly CoordinatorEvent[],
) => Promise<void>;

/** What the authorize step would say of another call by the same caller at the same place. */
export type Foresee = (
  db: Queryable,
  passage: KnownPassage,
  operation: Operation,
  input: Record<string, unknown>,
) => Promise<Decision>;

export interface ActServices {
  readonly database: Database;
  readonly bus: EventBus;
  readonly record: Recorder;
  readonly inspect: Inspect;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly judge: Foresee;
  readonly troubles: Pick<Troubles, 'list'>;
  /** Milliseconds of a clock that never goes back; only differences are used. */
  readonly monotonicMs: () => number;
}

/**
 * Step 6: one transaction with the handler, the audit record and the events. An operation that has to wait commits
 * what it has, sleeps until something it named happens, and runs again in a new transaction.
 */
export function createAct(services: ActServices): Step {
  return async passage => {
    const current = known(passage);
    const patienceMs = passage.operation.patienceMs?.(current.input) ?? 0;
    const startedMs = services.monotonicMs();
    for (let attempt = 0; ; attempt++) {
      const leftMs = patienceMs - (services.monotonicMs() - startedMs);
      // Listening starts before the attempt, so that nothing that happens between the two is missed.
      const alarm = leftMs > 0 ? createAlarm(services.bus, current.place.project.id) : undefined;
      try {
        const answer = await attemptOnce(services, current, { mayWait: leftMs > 0, hasWaited: attempt > 0 });
        if (!(answer instanceof Waiting)) {
          passage.output = answer;
          return;
        }
        passage.call.onWaiting?.(patienceMs - leftMs, patienceMs);
        const sleptSince = services.monotonicMs();
        await alarm?.rings(answer, leftMs, passage.call.signal).finally(() => {
          passage.waitedMs += services.monotonicMs() - sleptSince;
        });
      } catch (error) {
        if (attempt > 0 || passage.call.signal?.aborted) await abandon(services, current);
        throw error;
      } finally {
        alarm?.dispose();
      }
    }
  };
}

async function attemptOnce(
  services: ActServices,
  passage: KnownPassage,
  waiting: Pick<OperationContext, 'mayWait' | 'hasWaited'>,
): Promise<unknown> {
  const events: CoordinatorEvent[] = [];
  const answer = await inScope(services.database, passage, async tx => {
    const facts: Record<string, unknown> = {};
    // An attempt that waited has committed what comes before the handler: it is done once for each call.
    if (!waiting.hasWaited) for (const prepare of passage.before) await prepare(tx);
    const answer = await passage.operation.run(
      contextOf(services, passage, tx, events, facts, waiting),
      passage.input,
    );
    if (answer instanceof Waiting) {
      await services.record(tx, { ...passage, output: answer }, events);
      return answer;
    }
    const output = passage.operation.output.parse(answer);
    if (saysNo(output)) for (const giveBack of passage.unused) await giveBack(tx);
    await services.record(tx, { ...passage, output, facts: { ...passage.facts, ...facts } }, events);
    return output;
  });
  for (const event of events) services.bus.publish(event);
  return answer;
}

/** Writes are one transaction, and so is a read that uses something up. Another read holds nobody up: its statements stand alone. */
function inScope<T>(
  database: Database,
  passage: KnownPassage,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  return passage.access === 'read' && passage.before.length === 0
    ? work(database.within(passage.place.project.id))
    : database.transaction(work, { projectId: passage.place.project.id });
}

/** The caller went away: what its waiting left behind is taken back. */
async function abandon(services: ActServices, passage: KnownPassage): Promise<void> {
  if (!passage.operation.abandon && passage.unused.length === 0) return;
  const events: CoordinatorEvent[] = [];
  await services.database.transaction(
    async tx => {
      const context = contextOf(services, passage, tx, events, {}, { mayWait: false, hasWaited: true });
      await passage.operation.abandon?.(context, passage.input);
      for (const giveBack of passage.unused) await giveBack(tx);
      await services.record(tx, { ...passage, output: waitingEnded }, events);
    },
    { projectId: passage.place.project.id },
  );
  for (const event of events) services.bus.publish(event);
}

const waitingEnded = new Waiting([]);

function contextOf(
  services: ActServices,
  passage: KnownPassage,
  tx: Queryable,
  events: CoordinatorEvent[],
  facts: Record<string, unknown>,
  waiting: Pick<OperationContext, 'mayWait' | 'hasWaited'>,
): OperationContext {
  return {
    ...passage.place,
    ...waiting,
    tx,
    caller: passage.caller,
    touched: passage.touched,
    // What the approve step leaves to be used up is a person's leave.
    allowedByPerson: passage.before.length > 0,
    allowedBy: passage.allowedBy,
    findings: passage.findings,
    operations: services.operations,
    judge: (operation, input) => services.judge(tx, passage, operation, input),
    troubles: services.troubles.list,
    inspect: intent => services.inspect(passage, intent, tx),
    emit: event => events.push(services.bus.stamp({ ...event, project: passage.place.project.id })),
    note: more => Object.assign(facts, more),
  };
}

interface Alarm {
  /**
   * Resolves when a named topic was heard since the alarm was made, when events may have been missed, or when it is
   * time; throws when the caller left.
   */
  rings(waiting: Waiting, atMostMs: number, signal: AbortSignal | undefined): Promise<void>;
  dispose(): void;
}

function createAlarm(bus: EventBus, project: string): Alarm {
  const heard: CoordinatorEvent[] = [];
  let onHeard: (() => void) | undefined;
  const unsubscribe = bus.subscribe(event => {
    if (event.project !== project && event.topic !== 'events.gap') return;
    heard.push(event);
    onHeard?.();
  });
  return {
    dispose: unsubscribe,
    rings: (waiting, atMostMs, signal) =>
      new Promise((resolve, reject) => {
        const ringIfHeard = () => {
          if (heard.some(event => isAbout(event, [...waiting.topics, 'events.gap']))) done(resolve);
        };
        const left = () =>
          done(() => reject(new InterlockError('cancelled', 'The caller went away while it waited.')));
        const timer = setTimeout(
          () => done(resolve),
          Math.max(0, Math.min(atMostMs, waiting.wakeInMs ?? atMostMs)),
        );
        function done(settle: () => void): void {
          clearTimeout(timer);
          signal?.removeEventListener('abort', left);
          onHeard = undefined;
          settle();
        }
        onHeard = ringIfHeard;
        if (signal?.aborted) left();
        else {
          signal?.addEventListener('abort', left, { once: true });
          ringIfHeard();
        }
      }),
  };
}
