import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAsset } from '../src/coordinator/assets.ts';
import { openPglite } from '../src/coordinator/database/pglite.ts';
import { loadPgliteAssets } from '../src/coordinator/database/pglite-assets.ts';
import type { Database, Queryable } from '../src/coordinator/database/port.ts';
import { asOwner } from '../src/coordinator/database/role.ts';
import { type Query, sql } from '../src/coordinator/database/sql.ts';
import { preparedStore } from './prepare-store.ts';

/** How to make `migrations/schema.sql` again; said in it, and by the test that finds it stale. */
export const command = 'npm run schema';

/**
 * Everything the migrations amount to, as SQL for people to read: the same text from PGlite and from Postgres, in an
 * order that depends on names only. The definitions are Postgres's own, so that nothing is described but what is there.
 */
export function describeSchema(db: Database): Promise<string> {
  return db.transaction(async tx => {
    // Privileges of others are shown to the owner only.
    await asOwner(tx);
    return describe(tx);
  });
}

async function describe(db: Queryable): Promise<string> {
  const sections = [
    `-- Made from the migrations by \`${command}\`, for reading and for diffs. Never run.`,
    ...(await lines(db, enums)),
    ...(await lines(db, sequences)),
    ...(await lines(db, tables)),
    ...(await lines(db, views)),
    ...(await lines(db, functions)),
  ];
  return `${sections.join('\n\n')}\n`;
}

async function lines(db: Queryable, query: Query<{ text: string }>): Promise<string[]> {
  return (await db.query(query)).map(({ text }) => text.trim());
}

const enums = sql<{ text: string }>`
  select format('create type %I as enum (%s);', typname,
    string_agg(quote_literal(enumlabel), ', ' order by enumsortorder)) as text
  from pg_type join pg_enum on enumtypid = pg_type.oid
  where typnamespace = 'public'::regnamespace
  group by typname order by typname collate "C"`;

/** Those of identity columns belong to their tables. */
const sequences = sql<{ text: string }>`
  select format('create sequence %I as %s;', relname, format_type(seqtypid, null)) as text
  from pg_class join pg_sequence on seqrelid = pg_class.oid
  where relnamespace = 'public'::regnamespace
    and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'i')
  order by relname collate "C"`;

const tables = sql<{ text: string }>`
  with columns as (
    select attrelid, attnum, concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
      (select format('collate %I', collname) from pg_collation
        where pg_collation.oid = attcollation and collname <> 'default'),
      case when attidentity <> '' then 'generated always as identity'
        when attgenerated <> '' then format('generated always as (%s) stored', pg_get_expr(adbin, adrelid))
        when adbin is not null then format('default %s', pg_get_expr(adbin, adrelid)) end,
      case when attnotnull then 'not null' end) as text
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attnum > 0 and not attisdropped
  ),
  constraints as (
    select conrelid, conname, contype, format('constraint %I %s', conname, pg_get_constraintdef(oid)) as text
    from pg_constraint where contype in ('p', 'u', 'f', 'c', 'x')
  ),
  members as (
    select attrelid as relid, 1 as kind, attnum::text as name, attnum as place, text from columns
    union all
    select conrelid, case contype when 'p' then 2 when 'u' then 3 else 4 end, conname, 0, text from constraints
  ),
  followers as (
    select indrelid as relid, 1 as kind, relname as name, pg_get_indexdef(indexrelid) as text
    from pg_index join pg_class on pg_class.oid = indexrelid
    where not exists (select from pg_constraint where conindid = indexrelid)
    union all
    select tgrelid, 2, tgname, pg_get_triggerdef(oid) || case tgenabled
      when 'A' then format(E';\nalter table %s enable always trigger %I', tgrelid::regclass, tgname)
      when 'D' then format(E';\nalter table %s disable trigger %I', tgrelid::regclass, tgname) else '' end
    from pg_trigger where not tgisinternal
    union all
    select oid, 3, '', format('alter table %I %s row level security', relname,
      case when relforcerowsecurity then 'force' else 'enable' end)
    from pg_class where relrowsecurity
    union all
    select polrelid, 4, polname, format('create policy %I on %s as %s for %s to %s%s%s', polname, polrelid::regclass,
      case when polpermissive then 'permissive' else 'restrictive' end,
      case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
      (select string_agg(case oid when 0 then 'public' else pg_get_userbyid(oid) end, ', ') from unnest(polroles) as oid),
      ' using (' || pg_get_expr(polqual, polrelid) || ')', ' with check (' || pg_get_expr(polwithcheck, polrelid) || ')')
    from pg_policy
  )
  select format(E'create table %I (\n  %s\n);', relname,
      (select string_agg(text, E',\n  ' order by kind, place, name collate "C") from members where relid = pg_class.oid))
    || coalesce((select string_agg(E'\n' || text || ';', '' order by kind, name collate "C")
      from followers where relid = pg_class.oid), '')
    || coalesce(E'\n' || (select string_agg(format('grant %s on %I to %I;', privileges, relname, grantee), E'\n' order by grantee)
      from (select grantee, string_agg(lower(privilege_type), ', ' order by privilege_type) as privileges
        from information_schema.role_table_grants
        where table_schema = 'public' and table_name = relname and grantee <> pg_get_userbyid(relowner)
        group by grantee) as granted), '')
    || coalesce(E'\n' || (select string_agg(format('grant select (%s) on %I to %I;', columns, relname, grantee), E'\n' order by grantee)
      from (select grantee, string_agg(column_name, ', ' order by column_name collate "C") as columns
        from information_schema.column_privileges as of_column
        where table_schema = 'public' and table_name = relname and grantee <> pg_get_userbyid(relowner)
          and not exists (select from information_schema.role_table_grants as of_table
            where of_table.table_schema = 'public' and of_table.table_name = relname and of_table.grantee = of_column.grantee)
        group by grantee) as granted), '') as text
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
  order by relname collate "C"`;

const views = sql<{ text: string }>`
  select format(E'create view %I as\n%s', relname, pg_get_viewdef(oid)) as text
  from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'
  order by relname collate "C"`;

const functions = sql<{ text: string }>`
  select rtrim(pg_get_functiondef(oid), E'\n') || ';' as text
  from pg_proc where pronamespace = 'public'::regnamespace
  order by proname collate "C", pg_get_function_identity_arguments(oid) collate "C"`;

async function write(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const store = await preparedStore(join(root, 'node_modules', '.cache', 'interlock'));
  const db = await openPglite({
    assets: await loadPgliteAssets(readAsset),
    contents: new Blob([await readFile(store)]),
    report: event => {
      throw new Error(`The store told ${event.kind} while it was described.`);
    },
  });
  await writeFile(join(root, 'migrations', 'schema.sql'), await describeSchema(db));
  await db.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write();
