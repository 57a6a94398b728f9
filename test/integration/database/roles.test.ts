import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { migrate, parseMigrations } from '../../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../../src/coordinator/database/migration-files.ts';
import type { Queryable, Transaction } from '../../../src/coordinator/database/port.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { asOwner, findRole } from '../../../src/coordinator/database/role.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { requestPermission } from '../../../src/coordinator/grants/request-permission.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { saveNetworkRule } from '../../../src/coordinator/network/rule-operations.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { submitWork } from '../../../src/coordinator/queue/submit.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { createPostgresDatabase, onEachDatabase } from '../../support/databases.ts';

type Role = 'interlock_service' | 'interlock_reader';

interface Table {
  readonly name: string;
  /** Null where its rows belong to no project. */
  readonly project: string | null;
  readonly column: string;
  readonly readable: readonly string[] | null;
}

onEachDatabase('the roles of the database', fixture => {
  let here: CoordinatorFixture;
  let there: CoordinatorFixture;
  let tables: readonly Table[];
  const projectOf = new Map<CoordinatorFixture, string>();

  beforeAll(async () => {
    [here, there] = [await openCoordinator(fixture.db), await openCoordinator(fixture.db)];
    for (const interlock of [here, there]) await work(interlock);
    tables = await fixture.db.query(sql<Table>`
      select relname::text as name, min(attname::text) filter (where attnum = 1) as column,
        case when relname = 'projects' then 'id' else min(attname::text) filter (where attname = 'project_id') end as project,
        readable_columns(relname) as readable
      from pg_class join pg_attribute on attrelid = pg_class.oid
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped
      group by relname order by relname`);
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    expect([...here.errors, ...there.errors]).toEqual([]);
  });

  /** Leaves rows in many tables. */
  async function work(interlock: CoordinatorFixture): Promise<void> {
    const operator = await interlock.operator();
    const agent = await interlock.agent('claude_code', 'amber');
    await interlock.call(acquireLock, { file_path: 'a.ts' }, agent);
    await interlock.call(submitWork, { task_type: 'test', description: 'something to do' }, agent);
    await interlock.call(requestPermission, { operation: 'query_audit', justification: 'to see' }, agent);
    await interlock.call(
      saveNetworkRule,
      { domain: 'a.example', verdict: 'deny', reason: 'a test' },
      operator,
    );
    const { project_id } = (await interlock.call(describeProject, {}, agent)) as { project_id: string };
    projectOf.set(interlock, project_id);
  }

  const as = <T>(
    role: Role,
    interlock: CoordinatorFixture | undefined,
    work: (tx: Transaction) => Promise<T>,
  ) =>
    fixture.db.transaction(
      async tx => {
        await tx.query(sql`set local role ${sql.id(role)}`);
        return work(tx);
      },
      interlock && { projectId: projectOf.get(interlock) ?? '' },
    );
  const denied = (statement: (tx: Transaction) => Promise<unknown>, role: Role) =>
    expect(as(role, here, statement)).rejects.toThrow(/permission denied|policy/);
  const count = async (tx: Transaction, table: string, condition = sql`true`) => {
    const [row] = await tx.query(
      sql<{ count: number }>`select count(*) as count from ${sql.table(table)} where ${condition}`,
    );
    return row?.count ?? 0;
  };

  test('are what a coordinator works as', async () => {
    expect(await findRole(fixture.db)).toEqual({ confined: true, user: 'interlock_service' });
  });

  test('find every table under row-level security, with a policy for the service', async () => {
    const open = await fixture.db.query(sql<{ name: string }>`
      select relname::text as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
        and (not relrowsecurity or not exists (select from pg_policy where polrelid = pg_class.oid and polname = 'service'))`);
    expect(open).toEqual([]);
  });

  test('give nobody else a privilege on any table', async () => {
    const others = await fixture.db.transaction(async tx => {
      await asOwner(tx);
      return tx.query(sql<{ grantee: string }>`
        select distinct grantee::text from information_schema.role_table_grants
        where table_schema = current_schema() and grantee <> current_user
          and grantee not in ('interlock_service', 'interlock_reader')`);
    });
    expect(others).toEqual([]);
  });

  describe('the service', () => {
    test('sees one project alone in a transaction about it, in every table', async () => {
      let filled = 0;
      for (const { name, project } of tables) {
        if (project === null) continue;
        await as('interlock_service', here, async tx => {
          const own = projectOf.get(here);
          const foreign = sql`${sql.ref(project)} <> ${own} and ${sql.ref(project)} <> '00000000-0000-0000-0000-000000000000'`;
          expect([name, await count(tx, name, foreign)]).toEqual([name, 0]);
          if ((await count(tx, name, sql`${sql.ref(project)} = ${own}`)) > 0) filled++;
        });
      }
      // Else there was nothing to be kept apart.
      expect(filled).toBeGreaterThanOrEqual(8);
    });

    test('changes nothing of another project in a transaction about one, and puts nothing there', async () => {
      const foreign = projectOf.get(there) ?? '';
      for (const { name, project, column } of tables) {
        if (project === null || name.startsWith('audit_')) continue;
        const rows = await as('interlock_service', here, tx =>
          tx.query(sql`
            update ${sql.table(name)} set ${sql.ref(column)} = ${sql.ref(column)}
            where ${sql.ref(project)} = ${foreign} returning 1`),
        );
        expect([name, rows.length]).toEqual([name, 0]);
      }
      await expect(
        as('interlock_service', here, tx =>
          tx.query(sql`insert into project_keys (key, project_id) values ('name:foreign', ${foreign})`),
        ),
      ).rejects.toThrow(/row-level security/);
    });

    test('sees all projects where a transaction is about none: it looks where something is due', async () => {
      expect(await as('interlock_service', undefined, tx => count(tx, 'locks'))).toBeGreaterThanOrEqual(2);
    });

    test('sees one project alone in a statement about it, whatever its connection was about before', async () => {
      const all = sql<{ project_id: string }>`select distinct project_id from locks order by project_id`;
      const seenBy = async (db: Queryable) => (await db.query(all)).map(row => row.project_id);
      const [own, foreign] = [projectOf.get(here) ?? '', projectOf.get(there) ?? ''];
      const everything = await seenBy(fixture.db);
      expect(everything).toEqual(expect.arrayContaining([own, foreign]));
      const ways = [
        async () => expect(await seenBy(fixture.db.within(own))).toEqual([own]),
        async () => expect(await seenBy(fixture.db.within(foreign))).toEqual([foreign]),
        async () => expect(await seenBy(fixture.db)).toEqual(everything),
        async () => expect(await fixture.db.transaction(seenBy)).toEqual(everything),
        async () => expect(await fixture.db.transaction(seenBy, { projectId: own })).toEqual([own]),
        // One that fails leaves nothing behind for whoever has the connection next.
        async () => expect(fixture.db.within(own).query(sql`select 1 / 0`)).rejects.toThrow(/division/),
      ];
      for (const first of ways) for (const second of ways) await first().then(second);
      await Promise.all(Array.from({ length: 60 }, (_, number) => ways[number % ways.length]?.()));
    });

    test('sees no row of another project in an operation, however it asks', async () => {
      for (const access of ['read', 'write', 'admin'] as const) {
        const careless: Operation = {
          ...(describeProject as unknown as Operation),
          access,
          output: z.object({ projects: z.array(z.string()) }),
          run: async ({ tx }) => {
            const rows = await tx.query(
              sql<{ project_id: string }>`select distinct project_id from sessions`,
            );
            return { projects: rows.map(row => row.project_id) };
          },
        };
        expect(await here.call(careless, {}, await here.operator())).toEqual({
          projects: [projectOf.get(here)],
        });
      }
    });

    test('appends to the record, and can do nothing else to it or to the schema', async () => {
      for (const table of ['audit_log', 'audit_heads', 'audit_checkpoints', 'schema_migrations']) {
        await denied(tx => tx.query(sql`delete from ${sql.table(table)}`), 'interlock_service');
        await denied(tx => tx.query(sql`truncate ${sql.table(table)}`), 'interlock_service');
        await denied(
          tx => tx.query(sql`insert into ${sql.table(table)} default values`),
          'interlock_service',
        );
      }
      await denied(tx => tx.query(sql`update audit_log set body = 'x'`), 'interlock_service');
      await denied(tx => tx.query(sql`update audit_heads set sequence = 0`), 'interlock_service');
      for (const statement of [
        sql`alter table audit_log disable trigger user`,
        sql`alter table locks disable row level security`,
        sql`drop table locks`,
        sql`drop policy service on locks`,
        sql`set local session_replication_role = replica`,
      ])
        await expect(as('interlock_service', here, tx => tx.query(statement))).rejects.toThrow(
          /must be owner|permission denied/,
        );
    });
  });

  describe('the reader', () => {
    test('sees what is meant for dashboards, of the project it says, and no other column', async () => {
      for (const { name, project, readable } of tables) {
        if (readable === null) {
          await denied(tx => tx.query(sql`select from ${sql.table(name)}`), 'interlock_reader');
          continue;
        }
        const columns = sql.join(readable.map(column => sql.ref(column)));
        await as('interlock_reader', here, async tx => {
          const rows = await tx.query(
            sql<Record<string, unknown>>`select ${columns} from ${sql.table(name)}`,
          );
          const foreign = rows.filter(row => project !== null && row[project] === projectOf.get(there));
          expect([name, foreign]).toEqual([name, []]);
        });
        await denied(tx => tx.query(sql`select * from ${sql.table(name)}`), 'interlock_reader').catch(
          async error => {
            // A table all of whose columns are named is one that may be read as a whole.
            const [all] = await fixture.db.query(sql<{ count: number }>`
            select count(*) as count from pg_attribute
            where attrelid = ${name}::regclass and attnum > 0 and not attisdropped`);
            if (all?.count !== readable.length) throw error;
          },
        );
      }
      expect(await as('interlock_reader', here, tx => count(tx, 'locks'))).toBe(1);
    });

    test('sees no memory, no record, no grant and no secret', () => {
      const seen = tables.flatMap(({ name, readable }) => (readable === null ? [] : [name]));
      expect(seen.filter(name => /memor|skill|audit|grant|api_keys|operators|handoff/.test(name))).toEqual(
        [],
      );
      const columns = tables.flatMap(({ readable }) => readable ?? []);
      expect(
        columns.filter(name => /hash|token|secret|summary|justification|input_data|result/.test(name)),
      ).toEqual([]);
    });

    test('sees nothing where it says no project', async () => {
      for (const { name, project, readable } of tables) {
        if (project === null || readable === null || name === 'projects') continue;
        const rows = await as('interlock_reader', undefined, tx =>
          tx.query(
            sql<Record<string, unknown>>`select ${sql.ref(project)} as project from ${sql.table(name)}`,
          ),
        );
        expect([name, rows.filter(row => row.project !== null)]).toEqual([name, []]);
      }
    });

    test('writes nothing: not a row, and not the record', async () => {
      for (const { name, column } of tables) {
        await denied(tx => tx.query(sql`insert into ${sql.table(name)} default values`), 'interlock_reader');
        await denied(
          tx => tx.query(sql`update ${sql.table(name)} set ${sql.ref(column)} = null`),
          'interlock_reader',
        );
        await denied(tx => tx.query(sql`delete from ${sql.table(name)}`), 'interlock_reader');
        await denied(tx => tx.query(sql`truncate ${sql.table(name)}`), 'interlock_reader');
      }
      await denied(
        tx => tx.query(sql`select append_audit(${projectOf.get(here) ?? ''}::uuid, '{}')`),
        'interlock_reader',
      );
    });
  });

  test('protect a new table that nobody thought of: the service has it by project, the reader not at all', async () => {
    const [next] = await fixture.db.query(
      sql<{ number: number }>`select max(number)::int + 1 as number from schema_migrations`,
    );
    const file = {
      name: `${String(next?.number ?? 0).padStart(6, '0')}_novelty.sql`,
      text: 'create table novelty (id int primary key, project_id uuid not null references projects (id));',
    };
    await migrate(fixture.db, parseMigrations([...migrationFiles, file]));
    const [own, foreign] = [projectOf.get(here) ?? '', projectOf.get(there) ?? ''];
    await fixture.db.query(sql`insert into novelty values (1, ${own}), (2, ${foreign})`);
    expect(await as('interlock_service', here, tx => count(tx, 'novelty'))).toBe(1);
    await denied(tx => tx.query(sql`select from novelty`), 'interlock_reader');
  });

  test('refuse a project that is none, rather than write it into a statement', async () => {
    const wrong = { projectId: "'; drop table locks; --" };
    await expect(fixture.db.transaction(async () => 1, wrong)).rejects.toThrow(/is no id of a project/);
  });
});

onEachDatabase(
  'a database whose user may make no roles',
  fixture => {
    fixture.testWith('several connections')(
      'is migrated and used as that user, who is told apart',
      async () => {
        const url = new URL(await createPostgresDatabase());
        const name = `plain_${crypto.randomUUID().slice(0, 8)}`;
        const admin = openPostgres({ url: url.href, report: () => undefined });
        await admin.query(sql`create role ${sql.id(name)} login password 'plain'`);
        await admin.query(sql`create database ${sql.id(name)} owner ${sql.id(name)} template template0`);
        [url.username, url.password, url.pathname] = [name, 'plain', name];
        const plain = openPostgres({ url: url.href, confined: true, report: () => undefined });
        const migrations = parseMigrations(migrationFiles);
        const { version } = await migrate(plain, migrations);
        expect(version).toBe(migrations.at(-1)?.number);
        expect(await findRole(plain)).toEqual({ confined: false, user: name });
        const interlock = await openCoordinator(plain);
        const agent = await interlock.agent('claude_code');
        await expect(interlock.call(acquireLock, { file_path: 'a.ts' }, agent)).resolves.toMatchObject({
          success: true,
        });
        await interlock.close();
        expect(interlock.errors).toEqual([]);
        await plain.close();
        await admin.query(sql`drop database ${sql.id(name)}`);
        await admin.query(sql`drop role ${sql.id(name)}`);
        await admin.close();
      },
    );
  },
  { confined: false },
);
