import { v7 as uuid } from 'uuid';
import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Place, Project } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/events.ts';
import { settingsFrom } from '../kernel/settings.ts';
import { seedProfiles } from '../profiles/store.ts';
import { type Location, locate } from './locate.ts';

/** Acts that concern the store and no repository are recorded here. */
export const storeProjectId = '00000000-0000-0000-0000-000000000000';

/** How long what git said about a folder is believed, in milliseconds: branches and remotes change seldom. */
const locationKeptMs = 15_000;

/** Finds the project of a call. Looks at the folder with git and at the database, and remembers both. */
export interface Projects {
  /** @throws InterlockError `invalid_input` where neither a folder nor a key says which project is meant. */
  placeOf(cwd: string | null, key: string | undefined): Promise<Place>;
  byId(id: string): Promise<Project>;
  /** The clones on this machine that calls came from, each once: worktrees of one clone are one. */
  clones(): readonly Clone[];
}

/** A repository on this machine, or a folder that is in none. */
export interface Clone {
  readonly projectId: string;
  /** A worktree of it that a call came from. */
  readonly folder: string;
  readonly foldsCase: boolean;
  /** Tells it from other clones. */
  readonly key: string;
  /** When the last call came from it, by the clock that never goes back. */
  readonly calledAtMs: number;
}

export function createProjects(database: Database, bus: EventBus, monotonicMs: () => number): Projects {
  const byKey = new Map<string, Promise<string>>();
  const byId = new Map<string, Promise<Project>>();
  const locations = new Map<string, { at: number; location: Promise<Location> }>();
  const clones = new Map<string, Clone>();
  bus.subscribe(event => {
    if (event.topic === 'project.configured' || event.topic === 'events.gap') byId.clear();
  });

  const located = (cwd: string): Promise<Location> => {
    const nowMs = monotonicMs();
    const kept = locations.get(cwd);
    if (kept && nowMs - kept.at < locationKeptMs) return kept.location;
    for (const [folder, { at }] of locations) if (nowMs - at >= locationKeptMs) locations.delete(folder);
    const location = locate(cwd, database.kind === 'postgres');
    locations.set(cwd, { at: nowMs, location });
    location.catch(() => locations.delete(cwd));
    return location;
  };

  const project = (id: string): Promise<Project> => remember(byId, id, () => readProject(database, id));
  const projectOf = async (keys: readonly string[], name: string): Promise<Project> =>
    project(await remember(byKey, keys.join('\n'), () => findOrCreate(database, keys, name)));

  const cloneSeen = (projectId: string, { worktree, foldsCase, keys }: Location): void => {
    const key = JSON.stringify([projectId, keys.at(-1)]);
    clones.set(key, { projectId, folder: worktree, foldsCase, key, calledAtMs: monotonicMs() });
  };

  return {
    byId: project,
    clones: () => [...clones.values()],
    async placeOf(cwd, key) {
      const location = cwd === null ? undefined : await located(cwd);
      if (key !== undefined) {
        const named = await projectOf([`name:${key}`], key);
        if (location) cloneSeen(named.id, location);
        return placeIn(named, location);
      }
      if (location) {
        const found = await projectOf(location.keys, location.name);
        cloneSeen(found.id, location);
        return placeIn(found, location);
      }
      throw new InterlockError('invalid_input', 'cwd: nothing says which repository the call is about.', {
        next: 'Send the folder you work in (header interlock-cwd), or a project name (header interlock-project).',
        params: { field: 'cwd' },
      });
    },
  };
}

function placeIn(project: Project, location: Location | undefined): Place {
  return {
    project,
    worktree: location?.worktree ?? null,
    foldsCase: location?.foldsCase ?? false,
    branch: location?.branch ?? null,
  };
}

/** The project that any of the keys names, the first key first; keys that are new are added to it. */
async function findOrCreate(database: Database, keys: readonly string[], name: string): Promise<string> {
  return database.transaction(async tx => {
    const rows = await tx.query(
      sql<{ key: string; project_id: string }>`
        select key, project_id from project_keys where key in (${sql.join(keys)})`,
    );
    const known = keys.flatMap(key => rows.filter(row => row.key === key))[0]?.project_id;
    const id = known ?? uuid();
    if (!known) {
      await tx.query(sql`insert into projects (id, name) values (${id}, ${name})`);
      await seedProfiles(tx, id);
    }
    for (const key of keys.filter(key => !rows.some(row => row.key === key))) {
      await tx.query(
        sql`insert into project_keys (key, project_id) values (${key}, ${id}) on conflict (key) do nothing`,
      );
    }
    const [first] = await tx.query(
      sql<{ project_id: string }>`select project_id from project_keys where key = ${keys[0] ?? ''}`,
    );
    if (!first || first.project_id === id) return id;
    // Somebody else created the project between the two statements: theirs counts.
    await tx.query(
      sql`delete from projects where id = ${id} and not exists (select from project_keys where project_id = ${id})`,
    );
    return first.project_id;
  });
}

async function readProject(database: Database, id: string): Promise<Project> {
  const [row] = await database.query(
    sql<{ name: string; settings: unknown }>`select name, settings from projects where id = ${id}`,
  );
  if (!row) throw new InterlockError('not_found', `There is no project ${id} in this store.`);
  return { id, name: row.name, settings: settingsFrom(row.settings) };
}

/** Remembers a promise until it fails, so that callers at the same time ask once. */
function remember<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  find: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key) ?? find();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}
