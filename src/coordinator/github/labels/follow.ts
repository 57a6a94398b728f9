import type { Database } from '../../database/port.ts';
import { sql } from '../../database/sql.ts';
import type { Corridor } from '../../kernel/corridor.ts';
import { type EventBus, isAbout } from '../../kernel/events.ts';
import { type Periodic, repeat } from '../../kernel/periodic.ts';
import { githubHeard } from './record-items.ts';
import { synchronise } from './synchronise.ts';

/** How often everything is compared again, in milliseconds: what was lost with a connection or a crash is made good then. */
const everyMs = 30_000;
/** Each so many times also what nobody tells of is tried again. */
const againEvery = 20;

export interface FollowServices {
  readonly database: Database;
  readonly corridor: Corridor;
  readonly bus: EventBus;
}

/** Follows labels until it is closed. */
export interface Following extends Periodic {
  /** Resolves when nothing is under way: what was heard before is done, or its failure was told. */
  settled(): Promise<void>;
}

/**
 * Synchronises a project as soon as something is heard of its items, and of what their labels wait for; and all of them every
 * {@link everyMs}.
 */
export function startFollowingLabels(
  { database, corridor, bus }: FollowServices,
  onError: (error: unknown) => void,
): Following {
  /** Under way, by project; `true` where something was heard since. */
  const running = new Map<string, { rerun: boolean; readonly done: Promise<void> }>();
  /** Projects in which the end of something else may change what a label leads to. */
  const waiting = new Set<string>();
  let closed = false;
  let sweeps = 0;

  const once = async (projectId: string, again: boolean): Promise<void> => {
    try {
      const answer = await synchronise({ corridor, onError }, projectId, { again });
      if (answer.waiting) waiting.add(projectId);
      else waiting.delete(projectId);
    } catch (error) {
      onError(error);
    }
  };

  const start = (projectId: string, again = false): void => {
    if (closed) return;
    const current = running.get(projectId);
    if (current) {
      current.rerun = true;
      return;
    }
    const state = { rerun: false, done: Promise.resolve() };
    state.done = (async () => {
      await once(projectId, again);
      while (state.rerun && !closed) {
        state.rerun = false;
        await once(projectId, false);
      }
      running.delete(projectId);
    })();
    running.set(projectId, state);
  };

  const unsubscribe = bus.subscribe(event => {
    const { project } = event;
    if (event.topic === githubHeard || event.topic === 'project.configured') start(project);
    else if (waiting.has(project) && isAbout(event, freeing)) start(project, isAbout(event, ['approval']));
  });
  const sweeping = repeat(
    async () => {
      const again = sweeps++ % againEvery === againEvery - 1;
      for (const id of await projectsWithItems(database)) start(id, again);
    },
    everyMs,
    onError,
  );

  return {
    async settled() {
      while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done));
    },
    async close() {
      closed = true;
      unsubscribe();
      await sweeping.close();
      await this.settled();
    },
  };
}

/** What may let a label that waits become what it asks for, or end what it became. */
const freeing = ['lock.released', 'session.ended', 'task', 'approval', 'handoff'];

async function projectsWithItems(database: Database): Promise<readonly string[]> {
  const rows = await database.query(sql<{ project_id: string }>`
    select distinct project_id from github_items`);
  return rows.map(({ project_id }) => project_id);
}
