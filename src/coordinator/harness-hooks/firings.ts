import { hostname } from 'node:os';
import { notifyEvents } from '../audit/recorder.ts';
import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { EventBus } from '../kernel/events.ts';
import type { Projects } from '../projects/projects.ts';

/** Told when hooks of a harness have called after a while without a call, or for the first time. */
export const hooksFired = 'hooks.fired';

/** A harness calls with every tool call, and a minute is as exact as a person reads it, in milliseconds. */
const writtenEveryMs = 60_000;

/** Knows when hooks of each harness last called from a project, without a write on every call. */
export interface Firings {
  /** Notes a call. It is written down beside whatever goes on, and nobody waits for it. */
  fired(harness: string, cwd: string | null, projectKey: string | undefined): void;
  /** Waits for what is being written down. */
  close(): Promise<void>;
}

export interface FiringServices {
  readonly database: Database;
  readonly projects: Pick<Projects, 'placeOf'>;
  readonly bus: EventBus;
  readonly monotonicMs: () => number;
}

export function createFirings(
  { database, projects, bus, monotonicMs }: FiringServices,
  onError: (error: unknown) => void,
): Firings {
  const writtenAt = new Map<string, number>();
  const writing = new Set<Promise<void>>();

  async function note(harness: string, cwd: string | null, projectKey: string | undefined): Promise<void> {
    // A folder that is none is what the call itself is told.
    const place = await projects.placeOf(cwd, projectKey).catch(() => undefined);
    if (place === undefined) return;
    const { project } = place;
    const key = `${harness} ${project.id}`;
    const last = writtenAt.get(key);
    if (last !== undefined && monotonicMs() - last < writtenEveryMs) return;
    writtenAt.set(key, monotonicMs());
    const event = bus.stamp({ project: project.id, topic: hooksFired, subject: harness });
    await database.transaction(
      async tx => {
        await tx.query(sql`
          insert into hook_firings (project_id, machine, harness) values (${project.id}, ${hostname()}, ${harness})
          on conflict (project_id, machine, harness) do update set fired_at = now()`);
        await notifyEvents(tx, [event]);
      },
      { projectId: project.id },
    );
    bus.publish(event);
  }

  return {
    fired(harness, cwd, projectKey) {
      const noted = note(harness, cwd, projectKey)
        .catch(onError)
        .finally(() => writing.delete(noted));
      writing.add(noted);
    },
    async close() {
      await Promise.all(writing);
    },
  };
}
