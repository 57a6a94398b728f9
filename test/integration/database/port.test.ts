import { expect, test } from 'vitest';
import { isUniqueViolation, QueryError, sqlState } from '../../../src/coordinator/database/errors.ts';
import type { Transaction } from '../../../src/coordinator/database/port.ts';
import { jsonb, notify, queryBuilder, sql } from '../../../src/coordinator/database/sql.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { deferred } from '../../support/deferred.ts';

onEachDatabase(
  'the database port',
  fixture => {
    const one = async <Row>(statement: ReturnType<typeof sql<Row>>): Promise<Row> => {
      const [row, ...more] = await fixture.db.query(statement);
      if (row === undefined || more.length > 0) throw new Error('Expected exactly one row.');
      return row;
    };
    const countOf = async (table: string) =>
      (await one(sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`)).n;
    const makeTable = async (name: string) => {
      await fixture.db.query(sql`create table ${sql.table(name)} (id int primary key, note text)`);
    };
    const insert = (name: string, id: number) => sql`insert into ${sql.table(name)} (id) values (${id})`;

    test('answers every column type we use as the same value', async () => {
      const row = await one(sql<Record<string, unknown>>`select
      true as bool, 7::int2 as int2, 8::int4 as int4, 9007199254740991::int8 as int8, 1.5::float8 as float8,
      12.30::numeric as numeric, 'é"\\{' as text, 'v'::varchar as varchar, null as nothing,
      '018f4f2e-0000-7000-8000-000000000001'::uuid as uuid,
      '2026-11-21 00:51:02.123456+02'::timestamptz as timestamptz, '2026-11-21'::date as date,
      '2026-11-21 00:51:02'::timestamp as timestamp, '90 min'::interval as interval,
      '\\x00ff10'::bytea as bytea, '{"a": [1, null, "x"]}'::jsonb as jsonb, '[1]'::json as json, 'n'::name as name`);
      expect(row).toEqual({
        bool: true,
        int2: 7,
        int4: 8,
        int8: 9007199254740991,
        float8: 1.5,
        numeric: '12.30',
        text: 'é"\\{',
        varchar: 'v',
        nothing: null,
        uuid: '018f4f2e-0000-7000-8000-000000000001',
        timestamptz: new Date('2026-11-20T22:51:02.123Z'),
        date: '2026-11-21',
        timestamp: '2026-11-21 00:51:02',
        interval: '01:30:00',
        bytea: Buffer.from([0, 255, 16]),
        jsonb: { a: [1, null, 'x'] },
        json: [1],
        name: 'n',
      });
      expect(Buffer.isBuffer(row.bytea)).toBe(true);
    });

    test('answers arrays of them as arrays', async () => {
      const row = await one(sql<Record<string, unknown>>`select
      array['a', null, 'b,"c\\', '', 'NULL']::text[] as texts, array[1, 2]::int8[] as numbers, '{}'::text[] as none,
      array['{"a": "b,c"}'::jsonb] as documents, array['2026-11-21 00:00:00+00'::timestamptz] as times,
      array['018f4f2e-0000-7000-8000-000000000001'::uuid] as ids, array[true, false] as flags, array['x'::name] as names`);
      expect(row).toEqual({
        texts: ['a', null, 'b,"c\\', '', 'NULL'],
        numbers: [1, 2],
        none: [],
        documents: [{ a: 'b,c' }],
        times: [new Date('2026-11-21T00:00:00Z')],
        ids: ['018f4f2e-0000-7000-8000-000000000001'],
        flags: [true, false],
        names: '{x}',
      });
    });

    test('takes every kind of parameter and gives it back', async () => {
      const time = new Date('2026-11-21T00:51:02.123Z');
      const bytes = Buffer.from([0, 1, 255]);
      const document = { list: [1, { deep: null }], text: 'it\'s "quoted" \\ \u{1F512}' };
      const row = await one(sql<Record<string, unknown>>`select
      ${'text; drop'}::text as text, ${42}::int4 as int4, ${2 ** 53 - 1}::int8 as int8, ${10n}::int8 as big, ${true}::bool as bool,
      ${time}::timestamptz as time, ${bytes}::bytea as bytes, ${new Uint8Array([7])}::bytea as view, ${null}::text as nothing,
      ${['a', null, 'b"\\,']}::text[] as texts, ${[1, 2]}::int8[] as numbers, ${[]}::text[] as none, ${[time]}::timestamptz[] as times,
      ${jsonb(document)} as document, ${jsonb([1, 'x'])} as list, ${jsonb('text')} as word, ${jsonb(null)} as null_document`);
      expect(row).toEqual({
        text: 'text; drop',
        int4: 42,
        int8: 2 ** 53 - 1,
        big: 10,
        bool: true,
        time,
        bytes,
        view: Buffer.from([7]),
        nothing: null,
        texts: ['a', null, 'b"\\,'],
        numbers: [1, 2],
        none: [],
        times: [time],
        document,
        list: [1, 'x'],
        word: 'text',
        null_document: null,
      });
    });

    test('refuses a bigint that a number cannot hold, and parameters that the drivers would send differently', async () => {
      await expect(one(sql`select 9007199254740993::int8 as n`)).rejects.toThrow(
        /9007199254740993 is too large/,
      );
      for (const value of [undefined, { a: 1 }, [[1]], Number.NaN, new Date(Number.NaN)]) {
        await expect(one(sql`select ${value}::text as t`)).rejects.toThrow(
          /Parameter \$1 of "select \$1::text as t" is/,
        );
      }
      expect(await one(sql`select 1 as still_there`)).toEqual({ still_there: 1 });
    });

    test('runs what the query builder builds', async () => {
      interface Tables {
        built: { id: number; note: string | null };
      }
      await makeTable('built');
      const build = queryBuilder<Tables>();
      const values = [
        { id: 1, note: 'one' },
        { id: 2, note: null },
      ];
      expect(await fixture.db.query(build.insertInto('built').values(values).returning('id'))).toEqual([
        { id: 1 },
        { id: 2 },
      ]);
      const found = await fixture.db.query(
        build.selectFrom('built').selectAll().where('note', 'is not', null),
      );
      expect(found).toEqual([{ id: 1, note: 'one' }]);
    });

    test('takes one statement at a time', async () => {
      await expect(one(sql`select 1; select 2`)).rejects.toMatchObject({ sqlState: '42601' });
    });

    test('answers the same however often a statement has run before', async () => {
      await makeTable('repeated');
      const found = (id: number) => fixture.db.query(sql`select id, note from repeated where id >= ${id}`);
      for (let id = 1; id <= 20; id += 1) {
        await fixture.db.query(insert('repeated', id));
        expect(await found(id)).toEqual([{ id, note: null }]);
        await expect(fixture.db.query(insert('repeated', id))).rejects.toMatchObject({
          sqlState: sqlState.uniqueViolation,
        });
      }
      expect(await found(1)).toHaveLength(20);
    });

    test('prepares a statement anew whose columns the schema has changed, after having refused it once', async () => {
      await makeTable('widened');
      await fixture.db.query(insert('widened', 1));
      const all = sql`select * from widened`;
      const inTransaction = () => fixture.db.transaction(tx => tx.query(all));
      for (const ask of [() => fixture.db.query(all), inTransaction]) {
        const [before] = await ask();
        const column = `column_${Object.keys(before ?? {}).length}`;
        await fixture.db.query(sql`alter table widened add ${sql.id(column)} int default 7`);
        await expect(ask()).rejects.toMatchObject({ sqlState: '0A000' });
        expect(await ask()).toEqual([{ ...(before as object), [column]: 7 }]);
      }
    });

    test('reports refusals alike, with what was violated and without the parameters', async () => {
      await makeTable('keys');
      await fixture.db.query(insert('keys', 1));
      const error = await fixture.db
        .query(sql`insert into keys (id, note) values (${1}, ${'a secret'})`)
        .catch(thrown => thrown);
      expect(error).toBeInstanceOf(QueryError);
      expect(error).toMatchObject({
        sqlState: sqlState.uniqueViolation,
        constraint: 'keys_pkey',
        table: 'keys',
      });
      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(error, 'keys_pkey')).toBe(true);
      expect(isUniqueViolation(error, 'other_key')).toBe(false);
      expect(JSON.stringify(error)).not.toContain('a secret');
      await expect(fixture.db.query(sql`select * from nowhere`)).rejects.toMatchObject({
        sqlState: sqlState.undefinedTable,
      });
    });

    test('commits what a transaction did and answers what its work answered', async () => {
      await makeTable('committed');
      const answer = await fixture.db.transaction(async tx => {
        await tx.query(insert('committed', 1));
        await tx.query(insert('committed', 2));
        return 'done';
      });
      expect(answer).toBe('done');
      expect(await countOf('committed')).toBe(2);
    });

    test('rolls everything back when the work throws, and throws the very same', async () => {
      await makeTable('rolled_back');
      const reason = new Error('changed my mind');
      const outcome = fixture.db.transaction(async tx => {
        await tx.query(insert('rolled_back', 1));
        throw reason;
      });
      await expect(outcome).rejects.toBe(reason);
      expect(await countOf('rolled_back')).toBe(0);
    });

    test('does not commit a transaction in which a statement failed, even where its error was caught', async () => {
      await makeTable('half');
      const outcome = fixture.db.transaction(async tx => {
        await tx.query(insert('half', 1));
        await tx.query(insert('half', 1)).catch(() => undefined);
      });
      await expect(outcome).rejects.toMatchObject({
        name: 'QueryError',
        sqlState: sqlState.inFailedTransaction,
      });
      expect(await countOf('half')).toBe(0);
    });

    test('finishes the statements in flight before it rolls back', async () => {
      await makeTable('in_flight');
      const outcome = fixture.db.transaction(async tx => {
        await Promise.all([
          tx.query(sql`select nothing`),
          tx.query(insert('in_flight', 1)),
          tx.query(insert('in_flight', 2)),
        ]);
      });
      await expect(outcome).rejects.toMatchObject({ sqlState: '42703' });
      expect(await countOf('in_flight')).toBe(0);
    });

    test('runs the statements of one transaction in the order of the calls', async () => {
      await makeTable('ordered');
      await fixture.db.transaction(async tx => {
        await Promise.all([1, 2, 3].map(id => tx.query(insert('ordered', id))));
      });
      expect(await countOf('ordered')).toBe(3);
    });

    test('refuses statements behind one that is refused, where they were asked for side by side', async () => {
      await makeTable('side_by_side');
      const outcome = fixture.db.transaction(async tx => {
        const [first, second, third] = await Promise.allSettled([
          tx.query(insert('side_by_side', 1)),
          tx.query(insert('side_by_side', 1)),
          tx.query(insert('side_by_side', 2)),
        ]);
        expect(first.status).toBe('fulfilled');
        expect(second).toMatchObject({ reason: { sqlState: sqlState.uniqueViolation } });
        expect(third.status).toBe('rejected');
      });
      await expect(outcome).rejects.toThrow(/rolled back/);
      expect(await countOf('side_by_side')).toBe(0);
    });

    test('runs what concludes a transaction last, and commits nothing where that is refused', async () => {
      await makeTable('concluded');
      await fixture.db.transaction(async tx => {
        await tx.conclude(sql`insert into concluded select 10 + count(*) from concluded`);
        await tx.query(insert('concluded', 1));
        await tx.query(insert('concluded', 2));
      });
      expect(await fixture.db.query(sql`select id from concluded order by id`)).toEqual([
        { id: 1 },
        { id: 2 },
        { id: 12 },
      ]);
      const refused = fixture.db.transaction(async tx => {
        await tx.conclude(insert('concluded', 1));
        await tx.query(insert('concluded', 3));
      });
      await expect(refused).rejects.toMatchObject({ sqlState: sqlState.uniqueViolation });
      expect(await countOf('concluded')).toBe(3);
      await fixture.db.conclude(insert('concluded', 4));
      expect(await countOf('concluded')).toBe(4);
    });

    fixture.testWith('several connections')(
      'shows a statement behind a lock what was committed while it waited, though both were asked for at once',
      async () => {
        await makeTable('awaited');
        await fixture.db.query(insert('awaited', 1));
        const held = deferred<void>();
        const asked = deferred<void>();
        const holder = fixture.db.transaction(async tx => {
          await tx.query(sql`select from awaited where id = 1 for update`);
          held.resolve();
          await asked.promise;
          await tx.query(insert('awaited', 2));
        });
        await held.promise;
        const waiting = fixture.db.transaction(async tx => {
          const both = Promise.all([
            tx.query(sql`select from awaited where id = 1 for update`),
            tx.query<{ n: number }>(sql`select count(*) as n from awaited`),
          ]);
          return (await both)[1];
        });
        await expect
          .poll(() => fixture.db.query(sql`select from pg_locks where not granted`))
          .not.toHaveLength(0);
        asked.resolve();
        await holder;
        expect(await waiting).toEqual([{ n: 2 }]);
      },
    );

    test('refuses a transaction that has ended, and the database inside its own transaction', async () => {
      let escaped: Transaction | undefined;
      await fixture.db.transaction(async tx => {
        escaped = tx;
        await expect(one(sql`select 1`)).rejects.toThrow(/inside its own transaction/);
        await expect(fixture.db.transaction(async () => undefined)).rejects.toThrow(
          /inside its own transaction/,
        );
        await expect(fixture.db.listen('nested', ignore)).rejects.toThrow(/inside its own transaction/);
      });
      await expect(escaped?.query(sql`select 1`)).rejects.toThrow(/has ended/);
      expect(await one(sql`select 1 as one`)).toEqual({ one: 1 });
    });

    test('runs a script of several statements', async () => {
      await fixture.db.transaction(tx =>
        tx.script('create table scripted (id int); insert into scripted values (1), (2);'),
      );
      expect(await countOf('scripted')).toBe(2);
    });

    test('gives the database one clock within a transaction', async () => {
      await fixture.db.transaction(async tx => {
        const [first] = await tx.query(sql<{ t: Date }>`select now() as t`);
        const [second] = await tx.query(sql<{ t: Date }>`select now() as t`);
        expect(first?.t).toEqual(second?.t);
      });
    });

    test('keeps transactions that run at once from seeing each other half done', async () => {
      await makeTable('counter');
      await fixture.db.query(insert('counter', 0));
      await Promise.all(
        Array.from({ length: 20 }, () =>
          fixture.db.transaction(async tx => {
            const [row] = await tx.query(sql<{ id: number }>`select id from counter for update`);
            await tx.query(sql`update counter set id = ${(row?.id ?? 0) + 1}`);
          }),
        ),
      );
      expect(await one(sql`select id from counter`)).toEqual({ id: 20 });
    });

    fixture.testWith('several connections')('runs transactions side by side', async () => {
      const inside = deferred();
      const other = deferred();
      const slow = fixture.db.transaction(async () => {
        inside.resolve();
        await other.promise;
      });
      await inside.promise;
      await fixture.db.transaction(tx => tx.query(sql`select 1`));
      other.resolve();
      await slow;
    });

    fixture.testWith('several connections')('shows a transaction of one moment nothing later', async () => {
      await makeTable('moments');
      await fixture.db.query(insert('moments', 0));
      const count = sql`select id from moments`;
      const looked = deferred();
      const changed = deferred();
      const slow = fixture.db.transaction(
        async tx => {
          await tx.query(count);
          looked.resolve();
          await changed.promise;
          return tx.query(count);
        },
        { ofOneMoment: true },
      );
      await looked.promise;
      await fixture.db.query(sql`update moments set id = 1`);
      changed.resolve();
      expect(await slow).toEqual([{ id: 0 }]);
    });

    test('tells listeners after the commit, in order, and nobody of what was rolled back', async () => {
      const heard: string[] = [];
      const stop = await fixture.db.listen('told', {
        onPayload: payload => heard.push(payload),
        onGap: () => undefined,
      });
      await fixture.db
        .transaction(async tx => {
          await tx.query(notify('told', 'never'));
          throw new Error('no');
        })
        .catch(() => undefined);
      await fixture.db.transaction(async tx => {
        await tx.query(notify('told', 'first'));
        await tx.query(sql`select pg_sleep(0.05)`);
        expect(heard).toEqual([]);
        await tx.query(notify('told', 'second "é"'));
      });
      await fixture.db.query(notify('told', 'third'));
      await expect.poll(() => heard).toEqual(['first', 'second "é"', 'third']);

      await stop();
      await fixture.db.query(notify('told', 'fourth'));
      const another = deferred<string>();
      await fixture.db.listen('told_too', { onPayload: another.resolve, onGap: () => undefined });
      await fixture.db.query(notify('told_too', 'last'));
      expect(await another.promise).toBe('last');
      expect(heard).toHaveLength(3);
    });

    test('tells every listener of a channel, also behind one that throws, and reports that one', async () => {
      const heard = deferred<string>();
      const broken = {
        onPayload: () => {
          throw new Error('broken listener');
        },
        onGap: () => undefined,
      };
      await fixture.db.listen('many', broken);
      await fixture.db.listen('many', { onPayload: heard.resolve, onGap: () => undefined });
      await fixture.db.query(notify('many', 'hello'));
      expect(await heard.promise).toBe('hello');
      expect(fixture.events).toContainEqual(
        expect.objectContaining({ kind: 'listener_failed', channel: 'many' }),
      );
    });

    test('refuses a channel name that needs quoting', async () => {
      await expect(fixture.db.listen('Bad-Name', ignore)).rejects.toThrow(/"Bad-Name" is not lower-case/);
    });
  },
  { confined: false },
);

const ignore = { onPayload: () => undefined, onGap: () => undefined };
