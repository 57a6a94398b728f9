import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** Hosts that are another one by ssh on another port (docs.github.com, “Using SSH over the HTTPS port”). */
const otherNames: Readonly<Record<string, string>> = { 'github.com': 'ssh.github.com' };

/**
 * The project whose clones have their origin at this repository, `host/owner/name`, whichever way the remote is spelled.
 * Undefined where no call has come from such a clone yet.
 */
export async function projectOfRepository(db: Queryable, repository: string): Promise<string | undefined> {
  const [address = '', ...path] = repository.toLowerCase().split('/');
  // That of the pages may have a port, and a project is known without one, since that of ssh is another.
  const host = address.replace(/:\d+$/, '');
  const hosts = [host, ...(Object.hasOwn(otherNames, host) ? [otherNames[host]] : [])];
  const keys = hosts.map(each => `origin:${[each, ...path].join('/')}`);
  // Written in different cases it may be several: the first that was known.
  const [row] = await db.query(sql<{ project_id: string }>`
    select project_id from project_keys where lower(key) = any(${keys}::text[]) order by project_id limit 1`);
  return row?.project_id;
}
