import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { queryAudit } from '../../../src/coordinator/audit/query.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { stemOf } from '../../../src/coordinator/memory/words.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { tableContents } from '../../support/table-contents.ts';
import { refusal } from '../queue/stand.ts';
import { type MemoryStand, openMemoryStand } from './stand.ts';

onEachDatabase('a memory', fixture => {
  let stand: MemoryStand;
  let ada: Credential;
  let bob: Credential;

  beforeEach(async () => {
    stand = await openMemoryStand(fixture.db);
    ada = await stand.agent('claude_code_cli', 'ada');
    bob = await stand.agent('codex', 'bob');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  /** What is counted of the words of this project, and what counting them anew comes to. */
  const counts = async () => {
    const [project] = await fixture.db.query(sql<{ id: string }>`
      select project_id as id from sessions where id = ${'sessionId' in ada ? String(ada.sessionId) : ''}`);
    const id = project?.id ?? '';
    const kept = await fixture.db.query(sql<{ word: string; stem: string; documents: number }>`
      select word, stem, documents from memory_words where project_id = ${id} order by word`);
    const anew = await fixture.db.query(sql<{ word: string; documents: number }>`
      select word collate "C" as word, count(*)::int as documents from memories, unnest(words || array['']) as word
      where project_id = ${id} group by 1 order by 1`);
    return { kept, anew: anew.map(({ word, documents }) => ({ word, stem: stemOf(word), documents })) };
  };

  describe('told again', () => {
    test('within the hour by the same agent merges: what is new is added, and found', async () => {
      const first = await stand.remember(ada, 'The cache is cold after a deploy.', {
        details: 'Seen on Monday.',
        lessons: ['Warm it.'],
        tags: ['cache'],
      });
      const again = await stand.remember(ada, ' The cache is cold after a deploy. ', {
        details: 'Seen on Tuesday, with zookeeper.',
        lessons: ['Warm it.', 'Measure first.'],
        tags: ['deploy', 'CACHE'],
        outcome: 'negative',
      });
      expect(first).toMatchObject({ action: 'created' });
      expect(again).toEqual({ memory_id: first.memory_id, action: 'deduplicated', redacted: [] });
      expect(await stand.recall(bob, 'zookeeper')).toMatchObject([
        {
          memory_id: first.memory_id,
          details: 'Seen on Monday.\n\nSeen on Tuesday, with zookeeper.',
          lessons: ['Warm it.', 'Measure first.'],
          tags: ['cache', 'deploy'],
          outcome: 'negative',
          merges: 1,
        },
      ]);
      const { kept, anew } = await counts();
      expect(kept).toEqual(anew);
    });

    test('with nothing new changes nothing but that it was told', async () => {
      const { memory_id } = await stand.remember(ada, 'Once.', { details: 'So.', lessons: ['Do.'] });
      const before = await stand.list(ada);
      await stand.remember(ada, 'Once.', { details: 'So.', lessons: ['Do.'] });
      await stand.remember(ada, 'Once.');
      expect(await stand.list(ada)).toEqual(before.map(memory => ({ ...memory, merges: 2 })));
      expect(before[0]?.memory_id).toBe(memory_id);
    });

    test('by another agent, of another type, in other words or after the hour is another memory', async () => {
      const { memory_id } = await stand.remember(ada, 'The same.');
      await stand.remember(bob, 'The same.');
      await stand.remember(ada, 'The same.', { event_type: 'error' });
      await stand.remember(ada, 'The same again.');
      await fixture.db.query(
        sql`update memories set written_at = written_at - interval '61 minutes' where id = ${memory_id}`,
      );
      expect(await stand.remember(ada, 'The same.')).toMatchObject({ action: 'created' });
      expect(await stand.remember(ada, 'The same.')).toMatchObject({ action: 'deduplicated' });
      expect((await stand.list(ada)).length).toBe(5);
    });

    test('comes to the same in any order but for the order', async () => {
      const telling = fc.record({
        details: fc.option(fc.constantFrom('one', 'two', 'three'), { nil: undefined }),
        lessons: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
        tags: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          fc
            .array(telling, { minLength: 1, maxLength: 4 })
            .chain(tellings =>
              fc.tuple(fc.constant(tellings), fc.shuffledSubarray(tellings, { minLength: tellings.length })),
            ),
          async orders => {
            const known = [];
            for (const order of orders) {
              const summary = `Run ${++run}`;
              for (const fields of order) await stand.remember(ada, summary, fields);
              const [memory] = await stand.list(ada, { limit: 1 });
              known.push({
                details: new Set(memory?.details?.split('\n\n') ?? []),
                lessons: new Set(memory?.lessons),
                tags: new Set(memory?.tags),
              });
            }
            expect(known[0]).toEqual(known[1]);
          },
        ),
        { numRuns: 15 },
      );
    });

    test('without end is refused before the memory grows beyond all measure', async () => {
      const tell = (n: number) => stand.remember(ada, 'Long.', { details: `${n}${' word'.repeat(1_900)}` });
      for (const n of [1, 2, 3, 4]) await tell(n);
      const before = await tableContents(fixture.db);
      expect(await refusal(tell(5))).toMatchObject({ code: 'invalid_input' });
      expect(await tableContents(fixture.db)).toEqual(before);
    });
  });

  test('told by many at once, on one coordinator, is one memory that holds what each said', async () => {
    await tellAtOnce([stand]);
  });

  fixture.testWith('several connections')(
    'told by many at once, on several coordinators, is one memory that holds what each said',
    async () => {
      const others = await Promise.all(
        [1, 2, 3].map(() => openMemoryStand(fixture.connectAgain(), stand.folder)),
      );
      await tellAtOnce([stand, ...others]);
      await Promise.all(others.map(other => other.close()));
    },
  );

  async function tellAtOnce(stands: readonly MemoryStand[]): Promise<void> {
    for (const round of [1, 2, 3]) {
      const tellings = Array.from({ length: 12 }, (_, n) => n);
      const answers = await Promise.all(
        tellings.map(n =>
          (stands[n % stands.length] ?? stand).remember(n % 2 === 0 ? ada : bob, `Round ${round}`, {
            lessons: [`lesson ${n}`],
            details: `telling number${n}`,
          }),
        ),
      );
      expect(answers.filter(answer => answer.action === 'created')).toHaveLength(2);
      const memories = (await stand.list(ada)).filter(memory => memory.summary === `Round ${round}`);
      expect(memories.map(memory => memory.author).sort()).toEqual(['ada', 'bob']);
      for (const { author, lessons, merges, memory_id } of memories) {
        expect(merges).toBe(5);
        const own = tellings.filter(n => (author === 'ada' ? n % 2 === 0 : n % 2 === 1));
        expect(lessons.toSorted()).toEqual(own.map(n => `lesson ${n}`).sort());
        for (const n of own) {
          const found = await stand.recall(ada, `number${n}`);
          expect(found.some(memory => memory.memory_id === memory_id)).toBe(true);
        }
      }
    }
    const { kept, anew } = await counts();
    expect(kept).toEqual(anew);
  }

  test('is told to whoever listens, without its text', async () => {
    const { memory_id } = await stand.remember(ada, 'A quiet summary.');
    await expect
      .poll(() => stand.events.filter(event => event.topic.startsWith('memory.')))
      .toMatchObject([
        { topic: 'memory.created', subject: memory_id, facts: { by: 'ada', type: 'discovery' } },
      ]);
    expect(JSON.stringify(stand.events)).not.toContain('quiet');
  });

  describe('with a credential', () => {
    const key = ['AKIA', 'IOSFODNN7', 'ABCDEFG'].join('');
    const token = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');

    test.each([
      ['summary', { summary: `the token is ${token}` }],
      ['details', { summary: 'how to log in', details: `use ${token}` }],
      ['lessons', { summary: 'how to log in', lessons: ['first', `use ${token}`] }],
      ['tags', { summary: 'how to log in', tags: [token] }],
    ])('in its %s is refused, and the credential is nowhere', async (field, { summary, ...fields }) => {
      const before = await tableContents(fixture.db);
      const error = await refusal(stand.remember(ada, summary, fields));
      expect(error).toMatchObject({ code: 'secret_in_text', params: { field } });
      expect(error.message).not.toContain(token);
      expect(await tableContents(fixture.db)).toEqual(before);
      expect(await tablesWith(token.slice(4, 20))).toEqual([]);
    });

    test('that is none for certain is kept without it, and says so', async () => {
      const answer = await stand.remember(ada, 'Log in by hand', {
        details: `password=hunter2horse and key ${key}`,
      });
      expect(answer.redacted).toEqual(['details']);
      expect(await tablesWith('hunter2horse')).toEqual([]);
      expect(await tablesWith(key)).toEqual([]);
    });
  });

  describe('forgotten', () => {
    const secretive = {
      event_type: 'error',
      details: 'The grommet overflowed into quuxbaz.',
      lessons: ['Mind the flibbertigibbet.'],
      tags: ['snollygoster'],
    };
    const words = ['Xylotomous', 'xylotom', 'grommet', 'quuxbaz', 'flibbertigibbet', 'snollygoster'];

    test('is in no table any more, the record included, which keeps that there was one', async () => {
      const { memory_id } = await stand.remember(ada, 'Xylotomous beetles', secretive);
      await stand.remember(ada, 'Xylotomous beetles', { event_type: 'error', details: 'Again the grommet.' });
      await stand.recall(bob, 'xylotomous grommet');
      await stand.confirm(bob, memory_id);
      expect(await stand.forget(ada, memory_id, 'was wrong')).toEqual({ success: true, memory_id });
      for (const word of words) expect(await tablesWith(word)).toEqual([]);
      expect(await stand.recall(ada, 'xylotomous grommet')).toEqual([]);
      const log = (await stand.call(queryAudit, { operation: 'forget' }, ada)) as { records: unknown[] };
      expect(JSON.stringify(log.records)).toContain(memory_id);
      expect(JSON.stringify(log.records)).toContain('was wrong');
      const { kept, anew } = await counts();
      expect(kept).toEqual(anew);
    });

    test('by its author in another session, or by a person', async () => {
      const [one, two] = [await stand.remember(ada, 'one'), await stand.remember(ada, 'two')];
      await stand.forget(await stand.agent('codex', 'ada'), one.memory_id);
      await stand.forget(await stand.operator(), two.memory_id);
      expect(await stand.list(ada)).toEqual([]);
    });

    test('by nobody else: refused, and nothing changed', async () => {
      const { memory_id } = await stand.remember(ada, 'stays');
      const byPerson = await stand.remember(await stand.operator(), 'stays too');
      const namesake = await stand.agent('codex', 'Olga');
      const before = await tableContents(fixture.db);
      expect(await refusal(stand.forget(bob, memory_id))).toMatchObject({ code: 'not_author' });
      expect(await refusal(stand.forget(namesake, byPerson.memory_id))).toMatchObject({ code: 'not_author' });
      expect(await tableContents(fixture.db)).toEqual(before);
    });

    test('twice, or in another project, is not found', async () => {
      const { memory_id } = await stand.remember(ada, 'once');
      const elsewhere = await openMemoryStand(fixture.db);
      const stranger = await elsewhere.agent('codex', 'ada');
      expect(await refusal(elsewhere.forget(stranger, memory_id))).toMatchObject({
        code: 'memory_not_found',
      });
      expect(await refusal(elsewhere.confirm(stranger, memory_id))).toMatchObject({
        code: 'memory_not_found',
      });
      await elsewhere.close();
      await stand.forget(ada, memory_id);
      expect(await refusal(stand.forget(ada, memory_id))).toMatchObject({ code: 'memory_not_found' });
    });

    test('while others tell and find it, leaves the counts right', async () => {
      for (let round = 0; round < 5; round++) {
        const { memory_id } = await stand.remember(ada, `Contended ${round} of all`);
        await Promise.allSettled([
          stand.remember(ada, `Contended ${round} of all`, { details: 'more of it' }),
          stand.remember(bob, `Contended ${round} of all`),
          stand.forget(ada, memory_id),
          stand.remember(bob, `Uncontended ${round}`),
          stand.recall(bob, 'contended'),
        ]).then(results => {
          for (const result of results) if (result.status === 'rejected') throw result.reason;
        });
      }
      const { kept, anew } = await counts();
      expect(kept).toEqual(anew);
    });
  });

  /** The tables that hold a text anywhere, in whatever letters. */
  async function tablesWith(text: string): Promise<string[]> {
    const tables = await fixture.db.query(sql<{ name: string }>`
      select table_name::text as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`);
    const holding: string[] = [];
    for (const { name } of tables) {
      const rows = await fixture.db.query(sql`
        select from ${sql.table(name)} as content where content::text ilike ${`%${text}%`} limit 1`);
      if (rows.length > 0) holding.push(name);
    }
    return holding;
  }
});
