import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

/** A table of the store, as far as copying its rows needs it. */
export interface StoredTable {
  readonly name: string;
  /** Without those that the database computes from others. */
  readonly columns: readonly string[];
  /** A row may refer to another one of the same table. */
  readonly refersToItself: boolean;
}

/** All tables of the schema, each behind those that its rows refer to. */
export async function storedTables(tx: Queryable): Promise<readonly StoredTable[]> {
  const tables = await tx.query(sql<{ name: string; columns: string[]; refers_to: string[] }>`
    select relname::text as name,
      array(
        select attname::text from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum
      ) as columns,
      array(
        select confrelid::regclass::text from pg_constraint where conrelid = pg_class.oid and contype = 'f'
      ) as refers_to
    from pg_class
    where relkind = 'r' and relnamespace = current_schema()::regnamespace
    order by relname`);
  const ordered: StoredTable[] = [];
  const left = new Map(tables.map(table => [table.name, table]));
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ name, refers_to }) =>
      refers_to.every(other => other === name || !left.has(other)),
    );
    if (ready.length === 0) throw new Error(`tables refer to one another in a circle: ${[...left.keys()]}`);
    for (const { name, columns, refers_to } of ready) {
      ordered.push({ name, columns, refersToItself: refers_to.includes(name) });
      left.delete(name);
    }
  }
  return ordered;
}

/** How far each counter of the schema has come. */
export function storedCounters(
  tx: Queryable,
): Promise<{ readonly name: string; readonly last: string | null }[]> {
  return tx.query(sql<{ name: string; last: string | null }>`
    select sequencename::text as name, last_value::text as last from pg_sequences
    where schemaname = current_schema() order by sequencename`);
}

/** Tables by name, with how many rows each has and a digest of all of them, whatever their order. */
export type Contents = Readonly<Record<string, string>>;

/** Two databases of the same schema with equal contents hold the same rows. */
export async function contentsOf(tx: Queryable): Promise<Contents> {
  const contents: Record<string, string> = {};
  for (const { name } of await storedTables(tx)) {
    const [row] = await tx.query(sql<{ rows: string; digest: string | null }>`
      select count(*)::text as rows, sum(hashtextextended(content::text, 0)::numeric)::text as digest
      from ${sql.table(name)} as content`);
    contents[name] = `${row?.rows} rows, ${row?.digest ?? 'none'}`;
  }
  for (const { name, last } of await storedCounters(tx)) contents[name] = `at ${last ?? 'its beginning'}`;
  return contents;
}
