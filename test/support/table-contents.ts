import type { Queryable } from '../../src/coordinator/database/port.ts';
import { sql } from '../../src/coordinator/database/sql.ts';

/** Written by every call or by the clock, and so no sign that a call changed something; as are signs of life, `last_seen_at`. */
const notContent = ['audit_log', 'audit_heads', 'memory_recalls', 'session_usage'];

/** A digest of the rows of every table but the audit log, by name: equal digests mean that nothing changed. */
export async function tableContents(database: Queryable): Promise<Record<string, string>> {
  const tables = await database.query(sql<{ name: string }>`
    select table_name::text as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`);
  const contents: Record<string, string> = {};
  for (const { name } of tables.filter(table => !notContent.includes(table.name))) {
    const [row] = await database.query(sql<{ digest: string }>`
      select md5(coalesce(string_agg(rows.text, E'\n' order by rows.text), '')) as digest
      from (select (to_jsonb(content) - 'last_seen_at')::text as text from ${sql.table(name)} as content) as rows`);
    contents[name] = row?.digest ?? '';
  }
  return contents;
}
