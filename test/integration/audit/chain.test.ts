import { v7 as uuid } from 'uuid';
import { beforeAll, describe, expect, test } from 'vitest';
import { genesisHash } from '../../../src/coordinator/audit/chain.ts';
import type { AuditRecord } from '../../../src/coordinator/audit/record.ts';
import { appendAudit } from '../../../src/coordinator/audit/recorder.ts';
import { type Pin, verifyChain } from '../../../src/coordinator/audit/verify.ts';
import type { Database, Queryable } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { onEachDatabase } from '../../support/databases.ts';

const record = (facts: Record<string, unknown>): AuditRecord => ({
  version: 1,
  operation: 'acquire_lock',
  outcome: 'done',
  caller: { kind: 'agent', name: 'claude' },
  agent_id: 'claude',
  agent_type: 'claude_code',
  session_id: null,
  delegated_from: null,
  door: 'http',
  resource: { type: 'File', id: 'src/a.ts' },
  access: 'write',
  code: null,
  step: null,
  decision: null,
  findings: [],
  facts,
});

async function newProject(db: Database): Promise<string> {
  const id = uuid();
  await db.query(sql`insert into projects (id, name) values (${id}, 'p')`);
  return id;
}

/** The end of a good chain, as somebody writes it down outside. */
async function pinOf(db: Database, project: string): Promise<Pin> {
  const { head } = await verifyChain(db, project);
  if (!head) throw new Error('the chain is not good');
  return head;
}

async function chainOf(db: Database, length: number): Promise<string> {
  const project = await newProject(db);
  for (let n = 1; n <= length; n++) await appendAudit(db, project, record({ n }));
  return project;
}

onEachDatabase(
  'the audit chain',
  fixture => {
    test('grows without gaps, and verifies', async () => {
      const project = await chainOf(fixture.db, 12);
      const verification = await verifyChain(fixture.db, project);
      expect(verification).toMatchObject({ status: 'ok', records: 12, head: { sequence: 12 } });
    });

    test('is empty and good for a project that did nothing', async () => {
      expect(await verifyChain(fixture.db, await newProject(fixture.db))).toMatchObject({
        status: 'ok',
        records: 0,
      });
    });

    test('keeps the exact text, whatever characters it holds', async () => {
      const project = await newProject(fixture.db);
      const facts = { text: 'naïve ☃ \u{1F512} "quoted" \\ \n', nested: { b: 1, a: [1.5, null, true] } };
      await appendAudit(fixture.db, project, record(facts));
      const [row] = await fixture.db.query(
        sql<{ body: string }>`select body from audit_log where project_id = ${project}`,
      );
      expect(JSON.parse(row?.body ?? '')).toMatchObject({ facts });
      expect(await verifyChain(fixture.db, project)).toMatchObject({ status: 'ok' });
    });

    test('leaves no gap where a transaction was rolled back', async () => {
      const project = await chainOf(fixture.db, 2);
      await expect(
        fixture.db.transaction(async tx => {
          await appendAudit(tx, project, record({ n: 'lost' }));
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
      await appendAudit(fixture.db, project, record({ n: 3 }));
      expect(await verifyChain(fixture.db, project)).toMatchObject({ status: 'ok', records: 3 });
    });

    describe('refuses', () => {
      let project: string;
      beforeAll(async () => {
        project = await chainOf(fixture.db, 3);
      });

      test.each([
        ['an update of a record', () => sql`update audit_log set body = 'x' where project_id = ${project}`],
        ['a deletion of records', () => sql`delete from audit_log where project_id = ${project}`],
        ['truncation', () => sql`truncate audit_log`],
        ['truncation of the heads', () => sql`truncate audit_heads`],
        ['a deletion of the head', () => sql`delete from audit_heads where project_id = ${project}`],
        ['a head set back', () => sql`update audit_heads set sequence = 1 where project_id = ${project}`],
        [
          'a head that jumps',
          () => sql`update audit_heads set sequence = sequence + 2 where project_id = ${project}`,
        ],
      ])('%s, for the owner of the table too', async (_, statement) => {
        await expect(fixture.db.query(statement())).rejects.toThrow(/audit log/);
        expect(await verifyChain(fixture.db, project)).toMatchObject({ status: 'ok', records: 3 });
      });

      test('a change in replica mode, which ordinary triggers do not see', async () => {
        await expect(
          fixture.db.transaction(async tx => {
            await tx.query(sql`set local session_replication_role = replica`);
            await tx.query(sql`delete from audit_log where project_id = ${project}`);
          }),
        ).rejects.toThrow(/audit log/);
      });
    });

    describe('finds', () => {
      const tamperings: readonly [
        string,
        { sequence: number; kind: string },
        (tx: Queryable, project: string) => Promise<unknown>,
      ][] = [
        [
          'an altered body',
          { sequence: 4, kind: 'altered' },
          (tx, p) =>
            tx.query(
              sql`update audit_log set body = replace(body, '"n":4', '"n":5') where project_id = ${p} and sequence = 4`,
            ),
        ],
        [
          'an altered time',
          { sequence: 4, kind: 'altered' },
          (tx, p) =>
            tx.query(
              sql`update audit_log set recorded_at = recorded_at + interval '1 microsecond' where project_id = ${p} and sequence = 4`,
            ),
        ],
        [
          'an altered hash',
          { sequence: 4, kind: 'altered' },
          (tx, p) =>
            tx.query(sql`update audit_log set hash = sha256(hash) where project_id = ${p} and sequence = 4`),
        ],
        [
          'a removed record',
          { sequence: 4, kind: 'removed' },
          (tx, p) => tx.query(sql`delete from audit_log where project_id = ${p} and sequence = 4`),
        ],
        [
          'a removed record behind which the numbers were closed up',
          { sequence: 4, kind: 'removed' },
          async (tx, p) => {
            await tx.query(sql`delete from audit_log where project_id = ${p} and sequence = 4`);
            await shift(tx, p, 4, -1);
            await tx.query(sql`update audit_heads set sequence = sequence - 1 where project_id = ${p}`);
          },
        ],
        [
          'the first record removed',
          { sequence: 1, kind: 'removed' },
          (tx, p) => tx.query(sql`delete from audit_log where project_id = ${p} and sequence = 1`),
        ],
        ['two neighbours swapped', { sequence: 4, kind: 'reordered' }, (tx, p) => swap(tx, p, 4, 5)],
        ['two far records swapped', { sequence: 2, kind: 'reordered' }, (tx, p) => swap(tx, p, 2, 7)],
        [
          'the tail cut off',
          { sequence: 7, kind: 'truncated' },
          (tx, p) => tx.query(sql`delete from audit_log where project_id = ${p} and sequence >= 7`),
        ],
        [
          'everything cut off',
          { sequence: 1, kind: 'truncated' },
          (tx, p) => tx.query(sql`delete from audit_log where project_id = ${p}`),
        ],
        [
          'a record put in with a good hash, the others moved up',
          { sequence: 4, kind: 'inserted' },
          async (tx, p) => {
            await shift(tx, p, 4, 1);
            await forge(tx, p, 4);
            await tx.query(sql`update audit_heads set sequence = sequence + 1 where project_id = ${p}`);
          },
        ],
        ['a record put in behind the head', { sequence: 9, kind: 'inserted' }, (tx, p) => forge(tx, p, 9)],
      ];

      test.each(tamperings)('%s', async (_, flaw, tamper) => {
        const project = await chainOf(fixture.db, 8);
        await withoutProtection(fixture.db, tx => tamper(tx, project));
        const verification = await verifyChain(fixture.db, project);
        expect(verification).toMatchObject({ status: 'tampered', first_bad: flaw });
        expect(verification.records).toBe(flaw.sequence - 1);
      });

      test('a tail cut off together with the head, against a point that was written down outside', async () => {
        const project = await chainOf(fixture.db, 8);
        const pin = await pinOf(fixture.db, project);
        await withoutProtection(fixture.db, async tx => {
          await tx.query(sql`delete from audit_log where project_id = ${project} and sequence > 5`);
          await tx.query(sql`
          update audit_heads set sequence = 5,
            hash = (select hash from audit_log where project_id = ${project} and sequence = 5)
          where project_id = ${project}`);
        });
        expect(await verifyChain(fixture.db, project)).toMatchObject({ status: 'ok', records: 5 });
        expect(await verifyChain(fixture.db, project, [pin])).toMatchObject({
          status: 'tampered',
          first_bad: { sequence: 6, kind: 'truncated' },
        });
      });

      test('a point before the first record that is not this project’s', async () => {
        const project = await chainOf(fixture.db, 2);
        const before = { sequence: 0, hash: Buffer.from(genesisHash(project)).toString('hex') };
        expect(await verifyChain(fixture.db, project, [before])).toMatchObject({ status: 'ok' });
        expect(await verifyChain(fixture.db, project, [{ ...before, hash: '0'.repeat(64) }])).toMatchObject({
          status: 'tampered',
          first_bad: { sequence: 0, kind: 'altered' },
          records: 0,
        });
      });

      test('a whole chain rewritten, against a point that was written down outside', async () => {
        const project = await chainOf(fixture.db, 6);
        const pin = await pinOf(fixture.db, project);
        await withoutProtection(fixture.db, async tx => {
          await tx.query(sql`delete from audit_log where project_id = ${project}`);
          await tx.query(sql`delete from audit_heads where project_id = ${project}`);
        });
        for (let n = 1; n <= 7; n++) await appendAudit(fixture.db, project, record({ n: -n }));
        expect(await verifyChain(fixture.db, project)).toMatchObject({ status: 'ok' });
        expect(await verifyChain(fixture.db, project, [pin])).toMatchObject({
          status: 'tampered',
          first_bad: { sequence: 6, kind: 'altered' },
        });
      });
    });
  },
  { confined: false },
);

onEachDatabase('writers on two machines', fixture => {
  fixture.testWith('several connections')(
    '8 of them appending 1,000 records each make one chain without a fork',
    async () => {
      const project = await newProject(fixture.db);
      const other = fixture.connectAgain();
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          const db = writer % 2 === 0 ? fixture.db : other;
          for (let n = 0; n < 1000; n++) await appendAudit(db, project, record({ writer, n }));
        }),
      );
      expect(await verifyChain(fixture.db, project)).toMatchObject({ status: 'ok', records: 8000 });
      const [row] = await fixture.db.query(sql<{ writes: number }>`
        select count(distinct body) as writes from audit_log where project_id = ${project}`);
      expect(row?.writes).toBe(8000);
    },
    60_000,
  );
});

async function swap(tx: Queryable, project: string, a: number, b: number): Promise<void> {
  await tx.query(sql`
    update audit_log as one set recorded_at = other.recorded_at, body = other.body, hash = other.hash
    from audit_log as other
    where one.project_id = ${project} and other.project_id = ${project}
      and one.sequence in (${a}, ${b}) and other.sequence = ${a + b} - one.sequence`);
}

/** Renumbers everything from `from` on. Twice, by way of numbers that are free. */
async function shift(tx: Queryable, project: string, from: number, by: number): Promise<void> {
  await tx.query(
    sql`update audit_log set sequence = sequence + 1000 where project_id = ${project} and sequence >= ${from}`,
  );
  await tx.query(
    sql`update audit_log set sequence = sequence - 1000 + ${by}::int where project_id = ${project} and sequence >= 1000`,
  );
}

/** Puts in a record whose hash is right for its place. */
async function forge(tx: Queryable, project: string, sequence: number): Promise<void> {
  await tx.query(sql`
    insert into audit_log (project_id, sequence, recorded_at, body, hash)
    select project_id, ${sequence}, recorded_at, '{"forged":true}',
      sha256(hash || int8send(${sequence}::bigint) || int8send((extract(epoch from recorded_at) * 1000000)::bigint)
        || convert_to('{"forged":true}', 'UTF8'))
    from audit_log where project_id = ${project} and sequence = ${sequence - 1}`);
}

/** What only somebody who owns the database can do: switch the triggers off, tamper, and switch them on again. */
async function withoutProtection(db: Database, work: (tx: Queryable) => Promise<unknown>): Promise<void> {
  const toggle = async (state: 'disable' | 'enable always') => {
    for (const [table, trigger] of [
      ['audit_log', 'audit_log_only_grows'],
      ['audit_log', 'audit_log_keeps_records'],
      ['audit_heads', 'audit_heads_stay'],
      ['audit_heads', 'audit_heads_move_forward'],
    ] as const) {
      await db.query(sql`alter table ${sql.table(table)} ${sql.raw(state)} trigger ${sql.ref(trigger)}`);
    }
  };
  await toggle('disable');
  try {
    await db.transaction(work);
  } finally {
    await toggle('enable always');
  }
}
