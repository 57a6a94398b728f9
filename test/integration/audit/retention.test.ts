import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Point } from '../../../src/coordinator/audit/chain.ts';
import { checkExport } from '../../../src/coordinator/audit/export.ts';
import { readBase } from '../../../src/coordinator/audit/links.ts';
import { recordOfSystem } from '../../../src/coordinator/audit/record.ts';
import { appendAudit } from '../../../src/coordinator/audit/recorder.ts';
import { removeOldRecords } from '../../../src/coordinator/audit/retention.ts';
import { verifyChain } from '../../../src/coordinator/audit/verify.ts';
import { readBackup } from '../../../src/coordinator/backup/read.ts';
import { writeBackup } from '../../../src/coordinator/backup/write.ts';
import { migrate, parseMigrations } from '../../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../../src/coordinator/database/migration-files.ts';
import type { Queryable } from '../../../src/coordinator/database/port.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { createEventBus } from '../../../src/coordinator/kernel/events.ts';
import { createProjects, type Projects } from '../../../src/coordinator/projects/projects.ts';
import { createPostgresDatabase, onEachDatabase } from '../../support/databases.ts';

onEachDatabase('the retention of the audit log', fixture => {
  let folder: string;
  let projects: Projects;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'interlock-audit-'));
    const bus = createEventBus(error => {
      throw error;
    });
    projects = createProjects(fixture.db, bus, () => performance.now());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const deed = (n: number) =>
    recordOfSystem('test', { operation: 'test', resource: null, facts: { n, text: 'naïve ☃ "q"\n' } });
  /** A project whose first `old` records were written 100 days ago, and `recent` ones now. */
  const chain = async (old: number, recent: number): Promise<string> => {
    const project = uuid();
    await fixture.db.query(sql`insert into projects (id, name) values (${project}, 'p')`);
    await writeLongAgo(fixture.db, project, old);
    for (let n = 0; n < recent; n++) await appendAudit(fixture.db, project, deed(old + n));
    return project;
  };
  const remove = () => removeOldRecords({ database: fixture.db, projects, folder });
  const verify = (project: string, pins: readonly Point[] = []) => verifyChain(fixture.db, project, pins);
  const exported = async (project: string) => {
    const names = (await readdir(path.join(folder, project)).catch(() => [])).sort(
      (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
    );
    return names.map(name => path.join(folder, project, name));
  };
  const check = (file: string) => checkExport(createInterface({ input: createReadStream(file) }));
  const count = async (project: string) => {
    const [row] = await fixture.db.query(
      sql<{ count: number }>`select count(*) as count from audit_log where project_id = ${project}`,
    );
    return row?.count ?? 0;
  };

  test('exports what is old, leaves a checkpoint and a record, and what remains verifies', async () => {
    const project = await chain(20, 5);
    const { head } = await verify(project);
    expect(await remove()).toBe(20);

    expect(await count(project)).toBe(6);
    const after = await verify(project, head ? [head] : []);
    expect(after).toMatchObject({ status: 'ok', records: 6, first_sequence: 21, head: { sequence: 26 } });
    const [file] = await exported(project);
    expect(path.basename(file ?? '')).toBe('1-20.jsonl');
    const base = await readBase(fixture.db, project);
    expect(await check(file ?? '')).toMatchObject({
      projectId: project,
      end: { sequence: 20, hash: base.hash },
    });

    const [row] = await fixture.db.query(
      sql<{ body: string }>`select body from audit_log where project_id = ${project} and sequence = 26`,
    );
    expect(JSON.parse(row?.body ?? '')).toMatchObject({
      operation: 'remove_audit',
      caller: { kind: 'system', name: 'retention' },
      facts: {
        first_sequence: 1,
        sequence: 20,
        export_sha256: createHash('sha256')
          .update(await readFile(file ?? ''))
          .digest('hex'),
      },
    });
  });

  test('goes on from its last checkpoint, and keeps everything that is young enough', async () => {
    const project = await chain(5, 1);
    await remove();
    expect(await remove()).toBe(0);
    const young = await chain(0, 3);
    await remove();
    expect(await count(young)).toBe(3);
    expect(await exported(project)).toHaveLength(1);
  });

  fixture.testWith('several connections')(
    'a backup brings checkpoints along, and its chain verifies',
    async () => {
      const project = await chain(6, 2);
      await remove();
      const file = path.join(folder, 'backup.sql');
      const migrations = parseMigrations(migrationFiles);
      await writeBackup({ database: fixture.db, migrations, version: '0.0.0-test', file });
      const url = await createPostgresDatabase();
      const restored = openPostgres({ url, report: () => undefined });
      await restored.transaction(tx => tx.script('drop schema public cascade; create schema public;'));
      await readBackup(restored, file);
      await migrate(restored, migrations);
      expect(await verifyChain(restored, project)).toMatchObject({
        status: 'ok',
        records: 3,
        first_sequence: 7,
      });
      // Protected as before, for the one who restored it too.
      await expect(
        restored.query(sql`delete from audit_log where project_id = ${project} and sequence = 7`),
      ).rejects.toThrow(/audit log/);
      await restored.close();
    },
  );

  test('exports of an altered file show the first record that is not right', async () => {
    const project = await chain(8, 1);
    await remove();
    const [file = ''] = await exported(project);
    await writeFile(file, (await readFile(file, 'utf8')).replace('\\"n\\":4', '\\"n\\":5'));
    expect(await check(file)).toMatchObject({ badSequence: 5, end: { sequence: 4 } });
  });

  test('pins of removed records are compared where a checkpoint knows them, and else said not to be', async () => {
    const project = await chain(6, 1);
    const [before] = await fixture.db.query(
      sql<Point>`select sequence, encode(hash, 'hex') as hash from audit_log where project_id = ${project} and sequence = 6`,
    );
    await remove();
    const good = before ?? { sequence: 6, hash: '' };
    expect(await verify(project, [good])).toMatchObject({ status: 'ok', pins_not_checked: 0 });
    expect(await verify(project, [{ sequence: 6, hash: '0'.repeat(64) }])).toMatchObject({
      status: 'tampered',
      first_bad: { sequence: 6, kind: 'altered' },
    });
    expect(await verify(project, [{ sequence: 3, hash: good.hash }])).toMatchObject({
      status: 'ok',
      pins_not_checked: 1,
    });
  });

  test('what does not verify is neither exported nor removed', async () => {
    const project = await chain(5, 1);
    await asOwner(async tx => {
      await tx.query(sql`alter table audit_log disable trigger user`);
      await tx.query(
        sql`update audit_log set body = replace(body, '"n":2', '"n":9') where project_id = ${project}`,
      );
      await tx.query(sql`alter table audit_log enable always trigger audit_log_only_grows`);
      await tx.query(sql`alter table audit_log enable always trigger audit_log_keeps_records`);
    });
    await expect(remove()).rejects.toThrow(/Record 3 of project .* does not verify/);
    expect(await count(project)).toBe(6);
    expect(await exported(project)).toEqual([]);
    // Out of the way of the tests that follow.
    await fixture.db.query(sql`
      update projects set settings = jsonb_build_object('audit.keepDays', 36500) where id = ${project}`);
    projects = createProjects(
      fixture.db,
      createEventBus(() => {}),
      () => performance.now(),
    );
  });

  describe('audit switched off during retention: there is no switch.', () => {
    let project: string;
    let last: Point;
    beforeAll(async () => {
      project = await chain(6, 2);
      const [row] = await fixture.db.query(
        sql<Point>`select sequence, encode(hash, 'hex') as hash from audit_log where project_id = ${project} and sequence = 6`,
      );
      last = row ?? { sequence: 6, hash: '' };
    });

    const digest = '11'.repeat(32);
    const recorded = async (tx: Queryable, facts: Record<string, unknown>) =>
      appendAudit(tx, project, recordOfSystem('x', { operation: 'remove_audit', resource: null, facts }));
    const facts = () => ({
      first_sequence: 1,
      sequence: last.sequence,
      hash: last.hash,
      export_sha256: digest,
    });
    const checkpoint = (tx: Queryable, as: number, { first = 1, sequence = 6, hash = last.hash } = {}) =>
      tx.query(sql`
        insert into audit_checkpoints (project_id, first_sequence, sequence, hash, export_sha256, recorded_as)
        values (${project}, ${first}, ${sequence}, decode(${hash}, 'hex'), decode(${digest}, 'hex'), ${as})`);

    test.each<[string, (tx: Queryable) => Promise<unknown>]>([
      [
        'deleting without a checkpoint',
        tx => tx.query(sql`delete from audit_log where project_id = ${project}`),
      ],
      ['a checkpoint without a record of it', tx => checkpoint(tx, 8)],
      [
        'a checkpoint whose record says something else',
        async tx => checkpoint(tx, await recorded(tx, { ...facts(), sequence: 5 })),
      ],
      [
        'a checkpoint with another hash',
        async tx =>
          checkpoint(tx, await recorded(tx, { ...facts(), hash: '00'.repeat(32) }), {
            hash: '00'.repeat(32),
          }),
      ],
      [
        'a checkpoint that leaves a gap',
        async tx => checkpoint(tx, await recorded(tx, { ...facts(), first_sequence: 2 }), { first: 2 }),
      ],
      [
        'a checkpoint over what happened today',
        async tx => {
          const [row] = await tx.query(
            sql<Point>`select sequence, encode(hash, 'hex') as hash from audit_log where project_id = ${project} and sequence = 8`,
          );
          const hash = row?.hash ?? '';
          const as = await recorded(tx, { ...facts(), sequence: 8, hash });
          return checkpoint(tx, as, { sequence: 8, hash });
        },
      ],
      [
        'deleting more than a checkpoint covers',
        async tx => {
          await checkpoint(tx, await recorded(tx, facts()));
          await tx.query(sql`delete from audit_log where project_id = ${project} and sequence <= 7`);
        },
      ],
      [
        'changing a checkpoint',
        async tx => {
          await checkpoint(tx, await recorded(tx, facts()));
          await tx.query(sql`update audit_checkpoints set sequence = 5 where project_id = ${project}`);
        },
      ],
      ['truncating the log', tx => tx.query(sql`truncate audit_log`)],
      ['truncating the checkpoints', tx => tx.query(sql`truncate audit_checkpoints`)],
      [
        'all of it in replica mode',
        async tx => {
          await tx.query(sql`set local session_replication_role = replica`);
          await tx.query(sql`delete from audit_log where project_id = ${project}`);
        },
      ],
    ])('Refused, for the owner too: %s', async (_, attempt) => {
      await expect(asOwner(attempt)).rejects.toThrow(/audit log/);
      expect(await count(project)).toBe(8);
      expect(await verify(project)).toMatchObject({ status: 'ok', records: 8 });
    });
  });

  test('a checkpoint that no record vouches for is found, however it came there', async () => {
    const project = await chain(6, 2);
    await asOwner(async tx => {
      await tx.query(sql`alter table audit_checkpoints disable trigger user`);
      await tx.query(sql`alter table audit_log disable trigger user`);
      await tx.query(sql`
        insert into audit_checkpoints (project_id, first_sequence, sequence, hash, export_sha256, recorded_as)
        select project_id, 1, 6, hash, hash, 8 from audit_log where project_id = ${project} and sequence = 6`);
      await tx.query(sql`delete from audit_log where project_id = ${project} and sequence <= 6`);
      for (const [table, trigger] of [
        ['audit_log', 'audit_log_only_grows'],
        ['audit_log', 'audit_log_keeps_records'],
        ['audit_checkpoints', 'audit_checkpoints_are_true'],
        ['audit_checkpoints', 'audit_checkpoints_stay'],
        ['audit_checkpoints', 'audit_checkpoints_are_continued'],
      ] as const)
        await tx.query(sql`alter table ${sql.table(table)} enable always trigger ${sql.ref(trigger)}`);
    });
    expect(await verify(project)).toMatchObject({
      status: 'tampered',
      first_bad: { sequence: 6, kind: 'removed' },
    });
  });

  test('a checkpoint over nothing is refused where what is left does not continue it', async () => {
    await expect(
      asOwner(async tx => {
        const facts = {
          first_sequence: 1,
          sequence: 9,
          hash: '00'.repeat(32),
          export_sha256: '11'.repeat(32),
        };
        const fresh = uuid();
        await tx.query(sql`insert into projects (id, name) values (${fresh}, 'p')`);
        await tx.query(sql`
          insert into audit_checkpoints (project_id, first_sequence, sequence, hash, export_sha256, recorded_as)
          values (${fresh}, 1, 9, decode(${facts.hash}, 'hex'), decode(${facts.export_sha256}, 'hex'), 10)`);
        await appendAudit(
          tx,
          fresh,
          recordOfSystem('x', { operation: 'remove_audit', resource: null, facts }),
        );
      }),
    ).rejects.toThrow(/does not continue its checkpoint/);
  });

  fixture.testWith('several connections')('two coordinators at once remove each record once', async () => {
    const project = await chain(30, 2);
    const other = fixture.connectAgain();
    const removed = await Promise.all([remove(), removeOldRecords({ database: other, projects, folder })]);
    expect(removed.reduce((sum, each) => sum + each)).toBeGreaterThanOrEqual(30);
    expect((await exported(project)).map(file => path.basename(file))).toEqual(['1-30.jsonl']);
    expect(await verify(project)).toMatchObject({ status: 'ok', first_sequence: 31 });
  });

  /** Whoever owns the tables, whatever role the coordinator works as. */
  function asOwner(work: (tx: Queryable) => Promise<unknown>): Promise<unknown> {
    return fixture.db.transaction(async tx => {
      await tx.query(sql`set local role none`);
      return work(tx);
    });
  }

  /** Builds a chain in the past, hash by hash, as `append_audit` does: a clock cannot be set back. */
  async function writeLongAgo(db: typeof fixture.db, project: string, records: number): Promise<void> {
    if (records === 0) return;
    await db.transaction(async tx => {
      await tx.query(sql`set local role none`);
      await tx.query(sql`
        with recursive chain as (
          select 0::bigint as sequence, sha256(convert_to('interlock audit ' || ${project}::text, 'UTF8')) as hash,
            null::text as body, now() - interval '100 days' as at
          union all
          select sequence + 1,
            sha256(hash || int8send(sequence + 1)
              || int8send((extract(epoch from at + interval '1 minute') * 1000000)::bigint)
              || convert_to(format('{"n":%s,"text":"naïve ☃"}', sequence), 'UTF8')),
            format('{"n":%s,"text":"naïve ☃"}', sequence), at + interval '1 minute'
          from chain where sequence < ${records}
        ),
        written as (
          insert into audit_log (project_id, sequence, recorded_at, body, hash)
          select ${project}::uuid, sequence, at, body, hash from chain where sequence > 0
        )
        insert into audit_heads (project_id, sequence, hash, recorded_at)
        select ${project}::uuid, sequence, hash, at from chain where sequence = ${records}`);
    });
  }
});
