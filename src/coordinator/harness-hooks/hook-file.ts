import { hostname } from 'node:os';
import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** Told when what is known of a hook file has changed. */
export const hookFilesChanged = 'hooks.changed';

/** Where a file of an agent's configuration holds: for one person everywhere, or in one repository. */
export const HookScope = z.enum(['user', 'project']);

/**
 * `missing`: our part is not there any more. `altered`: something of it is, but not what was written. `switched_off`: it is
 * there, and a setting of the harness keeps all hooks from running.
 */
export const HookFileState = z.enum(['in_force', 'missing', 'altered', 'switched_off']);

/** A row of `hook_files`. */
export interface HookFile {
  readonly path: string;
  readonly harness: string;
  readonly scope: z.output<typeof HookScope>;
  readonly state: z.output<typeof HookFileState>;
  readonly digest: string;
  readonly since: Date;
}

const columns = sql`path, harness, scope, state, digest, since`;

/** What was written on this machine. */
export function readHookFiles(tx: Queryable): Promise<HookFile[]> {
  return tx.query(
    sql<HookFile>`select ${columns} from hook_files where machine = ${hostname()} order by path`,
  );
}

export async function findHookFile(tx: Queryable, path: string): Promise<HookFile | undefined> {
  const [file] = await tx.query(
    sql<HookFile>`select ${columns} from hook_files where machine = ${hostname()} and path = ${path}`,
  );
  return file;
}

export async function keepHookFile(tx: Queryable, file: Omit<HookFile, 'since'>): Promise<void> {
  const { path, harness, scope, state, digest } = file;
  await tx.query(sql`
    insert into hook_files (machine, path, harness, scope, state, digest)
    values (${hostname()}, ${path}, ${harness}, ${scope}, ${state}, ${digest})
    on conflict (machine, path) do update set
      harness = excluded.harness, scope = excluded.scope, state = excluded.state, digest = excluded.digest,
      since = case when hook_files.state = excluded.state then hook_files.since else now() end`);
}

export async function forgetHookFile(tx: Queryable, path: string): Promise<void> {
  await tx.query(sql`delete from hook_files where machine = ${hostname()} and path = ${path}`);
}
