import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Corridor } from '../kernel/corridor.ts';
import type { Projects } from '../projects/projects.ts';
import { cleanupDeadAgents } from './end.ts';
import { endsBySilence } from './stand-ins.ts';

/** How often dead sessions are looked for, in milliseconds. The first time comes after those that live could say so. */
const everyMs = 60_000;

export interface CleanUpServices {
  readonly database: Database;
  readonly projects: Projects;
  readonly corridor: Corridor;
}

/** Ends the sessions of each project that have shown no sign of life for as long as its settings say. */
export async function cleanUpSessions({ database, projects, corridor }: CleanUpServices): Promise<void> {
  const silent = await database.query(sql<{ project_id: string; minutes: number }>`
    select project_id, (extract(epoch from now() - min(last_seen_at)) / 60)::float8 as minutes
    from sessions where ended_at is null and ${endsBySilence} group by project_id`);
  for (const { project_id: projectId, minutes } of silent) {
    const { settings } = await projects.byId(projectId);
    const staleMinutes = settings['sessions.staleMinutes'];
    if (minutes < staleMinutes) continue;
    await corridor.walk({
      operation: cleanupDeadAgents,
      input: { stale_threshold_minutes: staleMinutes },
      credential: { kind: 'system', name: 'clean-up', projectId },
      door: 'system',
      cwd: null,
    });
  }
}

/** Cleans up again and again until it is closed. */
export function startCleaningUp(
  services: CleanUpServices,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= cleanUpSessions(services)
      .catch(onError)
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
