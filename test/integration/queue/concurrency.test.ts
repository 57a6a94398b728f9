import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { getWork } from '../../../src/coordinator/queue/get-work.ts';
import { asOwner, onEachDatabase } from '../../support/databases.ts';
import { QueueModel, type QueueRecord, type Terms } from './replay.ts';
import { openQueueStand, type QueueStand, refusal, type Worker } from './stand.ts';

/** A task as it is submitted: what it depends on is named by position. */
interface Plan extends Terms {
  readonly dependsOn: readonly number[];
  readonly priority: number;
}

/** What a worker does with the next task it gets. */
const deeds = [
  'complete',
  'renew and complete',
  'complete twice',
  'fail',
  'lose the lease and complete',
  'die',
  'end its session',
  'go away while it waits',
  'lose its coordinator’s connections',
] as const;
type Deed = (typeof deeds)[number];
/** What the one that submitted the tasks does meanwhile. */
const decisions = ['look', 'look', 'cancel', 'settle', 'lapse'] as const;

const plan = (position: number): fc.Arbitrary<Plan> =>
  fc.record({
    dependsOn:
      position === 0
        ? fc.constant([])
        : fc.uniqueArray(fc.integer({ min: 0, max: position - 1 }), { maxLength: 3 }),
    priority: fc.integer({ min: 1, max: 3 }),
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    onDependencyFailure: fc.constantFrom('cancel', 'hold'),
  });
const plans = fc
  .integer({ min: 1, max: 14 })
  .chain(length => fc.tuple(...Array.from({ length }, (_, position) => plan(position))));
const workers = 5;

onEachDatabase('work under concurrency, with workers that die,', fixture => {
  const databases: Database[] = [];
  const several = () => {
    if (databases.length === 0)
      databases.push(fixture.db, ...(fixture.kind === 'postgres' ? [fixture.connectAgain()] : []));
    return databases;
  };

  /** Everything that happens in one run; a run has a project of its own. */
  async function begin() {
    const [own = fixture.db, ...others] = several();
    const first = await openQueueStand(own);
    const stands = [first];
    for (const other of others) stands.push(await openQueueStand(other, first.folder));
    const olive = await first.worker('olive', { type: 'strands_orchestrator' });
    const terms = new Map<string, Terms>();
    const lapsed = new Set<string>();
    const lapse = async (...ids: string[]) => {
      for (const id of ids) {
        const { attempts } = await surely(() => first.read(id));
        // What lapses is this attempt or one after it: a claim may come between.
        for (let attempt = attempts; attempt <= 3; attempt++) lapsed.add(`${id} ${attempt}`);
        await surely(() => first.lapse(id));
      }
    };
    return { first, stands, olive, terms, lapsed, lapse };
  }
  type Run = Awaited<ReturnType<typeof begin>>;

  async function submit({ first, olive, terms }: Run, plans: readonly Plan[]): Promise<string[]> {
    const ids: string[] = [];
    for (const { dependsOn, priority, maxAttempts, onDependencyFailure } of plans) {
      const id = await first.task(olive, `task ${ids.length}`, {
        depends_on: dependsOn.map(position => ids[position]),
        priority,
        max_attempts: maxAttempts,
        on_dependency_failure: onDependencyFailure,
      });
      terms.set(id, { maxAttempts, onDependencyFailure });
      ids.push(id);
    }
    return ids;
  }

  /** Looks again where a connection was lost. */
  const surely = async <T>(look: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await look();
      } catch (error) {
        if (attempt === 20 || !(error instanceof InterlockError) || error.code !== 'store_unavailable')
          throw error;
      }
    }
  };

  /** An error that a worker may meet when its coordinator, or its task, was taken from it. */
  const expected = (thrown: unknown): undefined => {
    if (thrown instanceof InterlockError) {
      if (
        ['claim_lost', 'store_unavailable', 'cancelled', 'task_not_held', 'task_ended'].includes(thrown.code)
      )
        return undefined;
    }
    throw thrown;
  };

  /** Kills connections in the middle of whatever they do, as a machine that loses power does. */
  async function killConnections(): Promise<void> {
    await asOwner(
      fixture.db,
      sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5`,
    );
  }

  async function work(run: Run, name: number, next: () => Deed): Promise<void> {
    const stand = run.stands[name % run.stands.length] ?? run.first;
    let incarnation = 0;
    const incarnate = () => stand.worker(`worker ${name}.${incarnation++}`);
    let worker = await incarnate().catch(expected);
    for (let idle = 0; idle < 3; ) {
      worker ??= await incarnate().catch(expected);
      if (!worker) continue;
      const deed = next();
      if (deed === 'go away while it waits') {
        await goAway(stand, worker);
        // What it got while it left, nobody will do.
        await run.lapse(...(await claimsOf(run, worker)));
        continue;
      }
      const claimed = await stand.claim(worker).catch(expected);
      // An answer that was lost on the way: whatever it claimed is among these.
      const own = claimed?.success ? [claimed.task_id] : await claimsOf(run, worker);
      if (own.length === 0) idle += 1;
      for (const id of own) worker = await carryOut(run, stand, worker, id, deed);
    }
  }

  async function goAway(stand: QueueStand, worker: Worker): Promise<void> {
    await stand.coordinator.corridor
      .walk({
        operation: getWork,
        input: { wait_seconds: 20 },
        credential: worker.credential,
        door: 'http',
        cwd: stand.folder,
        signal: AbortSignal.timeout(5),
      })
      .catch(expected);
  }

  async function claimsOf({ first }: Run, worker: Worker): Promise<string[]> {
    const { tasks } = await surely(() => first.list({ status: 'open', limit: 100 }));
    return tasks
      .filter(task => 'session_id' in task && task.session_id === worker.sessionId)
      .map(task => task.task_id);
  }

  /** Answers the worker that goes on, undefined where it must begin anew. */
  async function carryOut(
    run: Run,
    stand: QueueStand,
    worker: Worker | undefined,
    id: string,
    deed: Deed,
  ): Promise<Worker | undefined> {
    if (!worker) return undefined;
    switch (deed) {
      case 'renew and complete':
        await stand.renew(worker, id).catch(expected);
        break;
      case 'complete twice': {
        const result = { by: worker.agentId };
        const answers = await Promise.all([
          stand.complete(worker, id, { result }).catch(expected),
          stand.complete(worker, id, { result }).catch(expected),
        ]);
        expect(answers.filter(answer => answer?.action === 'ended').length).toBeLessThanOrEqual(1);
        break;
      }
      case 'fail':
        await stand.complete(worker, id, { success: false }).catch(expected);
        return worker;
      case 'lose the lease and complete':
        await run.lapse(id);
        expect((await refusal(stand.complete(worker, id))).code).toMatch(/claim_lost|store_unavailable/);
        return worker;
      case 'die':
        await run.lapse(id);
        return undefined;
      case 'end its session':
        await stand.end(worker).catch(expected);
        return undefined;
      case 'lose its coordinator’s connections':
        if (fixture.kind === 'postgres')
          await Promise.all([stand.complete(worker, id).catch(expected), killConnections().catch(expected)]);
        break;
    }
    await stand.complete(worker, id).catch(expected);
    return worker;
  }

  async function oversee(
    run: Run,
    ids: readonly string[],
    next: () => readonly [string, number],
  ): Promise<void> {
    for (let step = 0; step < 12; step++) {
      const [decision, number] = next();
      const id = ids[number % ids.length] ?? '';
      if (decision === 'cancel') await run.first.cancel(run.olive, id).catch(expected);
      if (decision === 'lapse') await run.lapse(id);
      if (decision === 'settle') await run.first.settle().catch(expected);
      if (decision === 'look') await run.first.release(run.olive, id).catch(expected);
    }
  }

  /** What a worker that neither dies nor fails gets done, once all others are gone. */
  async function drain(run: Run): Promise<void> {
    const { first } = run;
    const { tasks } = await first.list({ status: 'open', limit: 100 });
    await run.lapse(...tasks.map(task => task.task_id));
    await first.settle();
    const last = await first.worker('last');
    for (let claim = await first.claim(last); claim.success; claim = await first.claim(last))
      await first.complete(last, claim.task_id);
  }

  async function recordOf({ olive }: Run): Promise<readonly QueueRecord[]> {
    const rows = await fixture.db.query(sql<{ body: string }>`
      select body from audit_log join sessions on sessions.project_id = audit_log.project_id
      where sessions.id = ${olive.sessionId} order by sequence`);
    return rows.map(row => JSON.parse(row.body) as QueueRecord);
  }

  test('has one claimer at a time, is ended once and by its claimer, after what it depends on, and is never stuck', async () => {
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.array(fc.infiniteStream(fc.constantFrom(...deeds)), { minLength: workers, maxLength: workers }),
        fc.infiniteStream(fc.tuple(fc.constantFrom(...decisions), fc.nat())),
        async (plans, streams, overseer) => {
          const run = await begin();
          try {
            const ids = await submit(run, plans);
            await Promise.all([
              ...streams.map((stream, name) => work(run, name, () => stream.next().value)),
              oversee(run, ids, () => overseer.next().value),
            ]);
            await drain(run);
            const model = new QueueModel(
              id => run.terms.get(id) ?? { maxAttempts: 0, onDependencyFailure: 'cancel' },
              (id, attempt) => run.lapsed.has(`${id} ${attempt}`),
            );
            for (const record of await recordOf(run)) model.follow(record);
            for (const id of ids) {
              const task = await run.first.read(id);
              const simple = model.tasks.get(id);
              expect([task.status, task.held !== null, task.attempts]).toEqual([
                simple?.state,
                simple?.state === 'pending' && simple.held,
                simple?.attempts,
              ]);
              // Nothing is left but what a person or its submitter decides, and what waits for that.
              const waits = task.held !== null || (await waitsForHeld(run, id));
              expect([id, task.ended_at !== null || waits]).toEqual([id, true]);
            }
          } finally {
            for (const stand of run.stands.toReversed()) await stand.close();
          }
        },
      ),
      { numRuns: 12, endOnFailure: true, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: false },
    );
  }, 120_000);

  test('is done, all hundred tasks of it, by ten workers of which two die', async () => {
    const run = await begin();
    const { first, stands, olive } = run;
    try {
      // Ten layers of ten: each task waits for two of the layer before, the first of each layer for all of it.
      const layers: string[][] = [];
      for (let layer = 0; layer < 10; layer++) {
        const before = layers.at(-1) ?? [];
        const ids: string[] = [];
        for (let place = 0; place < 10; place++) {
          const needs = place === 0 ? before : [before[place], before[(place + 3) % 10]];
          ids.push(
            await first.task(olive, `${layer}.${place}`, {
              depends_on: needs.filter(id => id !== undefined),
            }),
          );
        }
        layers.push(ids);
      }
      let done = 0;
      const labour = async (number: number): Promise<void> => {
        const stand = stands[number % stands.length] ?? first;
        const worker = await stand.worker(`worker ${number}`);
        while (done < 100) {
          const claimed = await stand.claim(worker, { wait_seconds: 1 });
          if (!claimed.success) continue;
          if (number === 0 && done > 20) {
            // It is never heard of again, and a quarter of an hour goes by.
            await first.lapse(claimed.task_id);
            return;
          }
          if (number === 1 && done > 50) {
            await stand.end(worker);
            return;
          }
          await stand.renew(worker, claimed.task_id);
          await stand.complete(worker, claimed.task_id, { result: { by: worker.agentId } });
          done += 1;
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, number) => labour(number)));
      const { counts } = await first.list({ status: 'all' });
      expect(counts).toMatchObject({ completed: 100, pending: 0, claimed: 0, running: 0, failed: 0 });
    } finally {
      for (const stand of stands.toReversed()) await stand.close();
    }
  });

  async function waitsForHeld({ first }: Run, id: string): Promise<boolean> {
    const { depends_on } = await first.read(id);
    for (const { task_id, status, waived } of depends_on) {
      if (waived || status !== 'pending') continue;
      const { held } = await first.read(task_id);
      if (held !== null || (await waitsForHeld({ first } as Run, task_id))) return true;
    }
    return false;
  }
});
