import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { clearWorkingMemory } from '../../../src/coordinator/memory/working/clear.ts';
import { getWorkingMemory } from '../../../src/coordinator/memory/working/get.ts';
import { setWorkingMemory } from '../../../src/coordinator/memory/working/set.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { tableContents } from '../../support/table-contents.ts';
import { refusal } from '../queue/stand.ts';

interface Kept {
  readonly action: string;
  readonly tokens: number;
  readonly budget: number;
  readonly evicted: readonly string[];
  readonly expires_at: string;
}

interface Read {
  readonly entries: readonly { readonly key: string; readonly value: unknown; readonly tokens: number }[];
  readonly tokens: number;
  readonly budget: number;
}

onEachDatabase('working memory', fixture => {
  let interlock: CoordinatorFixture;
  let ada: Credential & { readonly sessionId: string };

  beforeEach(async () => {
    interlock = await openCoordinator(fixture.db);
    ada = await interlock.agent('claude_code_cli', 'ada');
  });
  afterEach(async () => {
    await interlock.close();
    expect(interlock.errors).toEqual([]);
  });

  const keep = async (key: string, value: unknown, fields = {}, by: Credential = ada) =>
    (await interlock.call(setWorkingMemory, { key, value, ...fields }, by)) as Kept;
  const read = async (key?: string, by: Credential = ada) =>
    (await interlock.call(getWorkingMemory, key === undefined ? {} : { key }, by)) as Read;
  const clear = (key?: string) => interlock.call(clearWorkingMemory, key === undefined ? {} : { key }, ada);
  const keys = async (by: Credential = ada) => (await read(undefined, by)).entries.map(entry => entry.key);
  const allow = async (tokens: number) =>
    interlock.call(
      configureProject,
      { settings: { 'memory.workingTokens': tokens } },
      await interlock.operator(),
    );

  test('keeps any JSON under a key, and gives it back, those used last first', async () => {
    const plan = { steps: ['read', 'write'], done: 1, note: null };
    expect(await keep('plan', plan)).toMatchObject({ action: 'created', budget: 8000, evicted: [] });
    await keep('nothing', null);
    expect(await keep('plan', { ...plan, done: 2 })).toMatchObject({ action: 'replaced' });
    expect((await read()).entries).toMatchObject([
      { key: 'plan', value: { ...plan, done: 2 } },
      { key: 'nothing', value: null },
    ]);
    expect((await read('nothing')).entries).toMatchObject([{ key: 'nothing', value: null }]);
    expect((await read('unheard')).entries).toEqual([]);
  });

  test('is the session’s own: another session of the same agent has its own', async () => {
    const other = await interlock.agent('claude_code_cli', 'ada');
    await keep('key', 'mine');
    await keep('key', 'theirs', {}, other);
    expect((await read('key')).entries).toMatchObject([{ value: 'mine' }]);
    expect((await read('key', other)).entries).toMatchObject([{ value: 'theirs' }]);
  });

  test('is open to an agent that may otherwise only read', async () => {
    const reader = await interlock.agent('claude_code_web_reviewer', 'rita');
    await keep('key', 1, {}, reader);
    expect(await keys(reader)).toEqual(['key']);
  });

  test('makes room by what was used longest ago, and says so; reading by key is using', async () => {
    await allow(500);
    const text = 'x'.repeat(4 * 150);
    for (const key of ['a', 'b', 'c']) await keep(key, text);
    await read('a');
    await read();
    const { evicted, tokens } = await keep('d', text);
    expect(evicted).toEqual(['b']);
    expect(tokens).toBeLessThanOrEqual(500);
    expect(await keys()).toEqual(['d', 'a', 'c']);
    expect(await keep('e', 'x'.repeat(4 * 400))).toMatchObject({ evicted: ['c', 'a', 'd'] });
    expect(await keys()).toEqual(['e']);
  });

  test('refuses a value that is larger than all of it, and changes nothing', async () => {
    await allow(500);
    await keep('a', 'small');
    const before = await tableContents(fixture.db);
    expect(await refusal(keep('b', 'x'.repeat(2_000)))).toMatchObject({ code: 'over_budget' });
    expect(await tableContents(fixture.db)).toEqual(before);
  });

  test('refuses a credential, and it is nowhere', async () => {
    const token = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
    expect(await refusal(keep('login', { token }))).toMatchObject({
      code: 'secret_in_text',
      params: { field: 'value' },
    });
    expect(await keys()).toEqual([]);
  });

  test('forgets an entry when its time is over, and room is made by it first', async () => {
    await allow(500);
    await keep('old', 'x'.repeat(1_200), { ttl_minutes: 1 });
    await fixture.db.query(sql`
      update working_memory set expires_at = clock_timestamp() where session_id = ${ada.sessionId}`);
    expect(await read()).toMatchObject({ entries: [], tokens: 0 });
    expect(await keep('new', 'x'.repeat(1_200))).toMatchObject({ evicted: [] });
  });

  test('is cleared by key, or all of it', async () => {
    for (const key of ['a', 'b', 'c']) await keep(key, key);
    expect(await clear('b')).toEqual({ success: true, cleared: ['b'] });
    expect(await clear('b')).toEqual({ success: true, cleared: [] });
    expect(await clear()).toEqual({ success: true, cleared: ['a', 'c'] });
  });

  test('ends with the session, in the same clean-up', async () => {
    await keep('a', 1);
    await keep('b', 2);
    const other = await interlock.agent('codex', 'bob');
    await keep('a', 3, {}, other);
    expect(await interlock.call(endSession, {}, ada)).toMatchObject({ memories_cleared: 2 });
    const left = await fixture.db.query(sql`select from working_memory where session_id = ${ada.sessionId}`);
    expect(left).toEqual([]);
    expect(await keys(other)).toEqual(['a']);
  });

  test('never holds more than its budget, whatever is kept, read and cleared', async () => {
    await allow(500);
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ is: fc.constant('keep'), key, size: fc.integer({ min: 0, max: 1_900 }) }),
      fc.record({ is: fc.constant('read'), key }),
      fc.record({ is: fc.constant('clear'), key }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async steps => {
        await clear();
        /** Those used last first. */
        let model: { key: string; tokens: number }[] = [];
        const total = () => model.reduce((sum, { tokens }) => sum + tokens, 0);
        for (const each of steps) {
          const known = model.find(entry => entry.key === each.key);
          if ('size' in each) {
            const tokens = Math.ceil((each.key.length + 1 + each.size + 2) / 4);
            model = [{ key: each.key, tokens }, ...model.filter(entry => entry !== known)];
            const gone: string[] = [];
            while (total() > 500) gone.push(model.pop()?.key ?? '');
            expect(await keep(each.key, 'x'.repeat(each.size))).toMatchObject({
              evicted: gone,
              tokens: total(),
            });
          } else if (each.is === 'read') {
            if (known) model = [known, ...model.filter(entry => entry !== known)];
            await read(each.key);
          } else {
            model = model.filter(entry => entry !== known);
            await clear(each.key);
          }
          expect(await keys()).toEqual(model.map(entry => entry.key));
        }
      }),
      { numRuns: 15 },
    );
  });

  test('never holds more than its budget when many calls come at once', async () => {
    await allow(500);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => keep(`key ${n}`, 'x'.repeat(150 * (1 + (n % 5))))),
    );
    for (const { tokens } of answers) expect(tokens).toBeLessThanOrEqual(500);
    const { entries, tokens } = await read();
    expect(tokens).toBeLessThanOrEqual(500);
    expect(entries.length + new Set(answers.flatMap(answer => answer.evicted)).size).toBe(12);
  });
});
