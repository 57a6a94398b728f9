import { beforeAll, expect, test } from 'vitest';
import type { Queryable } from '../../../src/coordinator/database/port.ts';
import { asOwner } from '../../../src/coordinator/database/role.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { onEachDatabase } from '../../support/databases.ts';

const memories = 5_000;

interface Row {
  readonly id: string;
  readonly project_id: string;
}

onEachDatabase('looking memories up by their terms', fixture => {
  const [here, there] = [crypto.randomUUID(), crypto.randomUUID()];

  beforeAll(async () => {
    for (const project of [here, there]) {
      await fixture.db.query(sql`insert into projects (id, name) values (${project}, 'looked up')`);
      // One term that all hold, one that a hundredth holds, and one that each holds alone.
      await fixture.db.query(sql`
        insert into memories (id, project_id, author, event_type, summary, details, lessons, tags, words, terms)
        select gen_random_uuid(), ${project}, 'ada', 'discovery', 'memory ' || number, '{}', '{}', '{}', '{}',
          array[1, 1000 + number % 100, 10000 + number]
        from generate_series(1, ${memories}) as number`);
    }
    await fixture.db.transaction(async tx => {
      await asOwner(tx);
      await tx.query(sql`analyze memories`);
    });
  });

  const holding = (
    db: Queryable,
    project: string,
    oneOf: readonly number[] | null,
    most: number | null = null,
  ) =>
    db.query(sql<Row>`
      select id, project_id from memories_holding(${project}, ${oneOf === null ? null : [...oneOf]}, null, null, ${most})`);
  const holdingBoth = (db: Queryable, both: readonly number[], orBoth: readonly number[], most: number) =>
    db.query(sql<Row>`
      select id, project_id from memories_holding(${here}, null, ${[...both]}, ${[...orBoth]}, ${most})`);

  test('answers what reading every memory would', async () => {
    for (const terms of [[1001], [1001, 1002, 10_003], [10_001, 10_002, 1_234_567], [], [1]]) {
      const all = await fixture.db.query(sql<Row>`
        select id, project_id from memories where project_id = ${here} and terms && ${terms}::int[]`);
      expect(new Set((await holding(fixture.db, here, terms)).map(row => row.id))).toEqual(
        new Set(all.map(row => row.id)),
      );
    }
    expect(await holdingBoth(fixture.db, [1, 1001], [1, 10_002], 10_000)).toHaveLength(51);
    expect(await holdingBoth(fixture.db, [1, 1001], [1, 10_002], 20)).toHaveLength(20);
  });

  /** Memories that Postgres reads to answer a statement. */
  const readFor = (statement: ReturnType<typeof sql>) =>
    fixture.db.transaction(async tx => {
      const soFar = async () => {
        const [row] = await tx.query(sql<{ read: number }>`
          select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'memories'`);
        return row?.read ?? Number.NaN;
      };
      const before = await soFar();
      await tx.query(statement);
      return (await soFar()) - before;
    });

  test('walks the index, which nobody does who asks the table with the rights of a coordinator', async () => {
    const terms = [1001, 1002, 10_003];
    const plainly = sql`select id from memories where project_id = ${here} and terms && ${terms}::int[]`;
    expect(await readFor(plainly)).toBeGreaterThanOrEqual(memories);
    for (const lookup of [
      sql`select id from memories_holding(${here}, ${terms}, null, null, null)`,
      sql`select id from memories_holding(${here}, null, ${[1, 1001]}, ${[1, 1002]}, 4000)`,
    ])
      expect(await readFor(lookup)).toBeLessThan(300);
  });

  test('answers nothing of another project, whichever is asked for', async () => {
    expect(new Set((await holding(fixture.db, there, [1001])).map(row => row.project_id))).toEqual(
      new Set([there]),
    );
    const [own, others] = await fixture.db.transaction(
      async tx => [await holding(tx, here, [1]), await holding(tx, there, [1])],
      { projectId: here },
    );
    expect(own).toHaveLength(memories);
    expect(others).toEqual([]);
  });

  test('is not for dashboards, which see no memory', async () => {
    const asReader = fixture.db.transaction(
      async tx => {
        await tx.query(sql`set local role interlock_reader`);
        return await holding(tx, here, [1]);
      },
      { projectId: here },
    );
    await expect(asReader).rejects.toThrow(/permission denied for function memories_holding/);
  });
});
