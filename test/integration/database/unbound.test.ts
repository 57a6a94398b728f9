import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { compile, type Query } from '../../../src/coordinator/database/sql.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../src/coordinator/operations.ts';
import { validInput } from '../../support/arbitrary-input.ts';
import { openCoordinator, openProfiles } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

/** What has to be asked of all projects, and why. Everything else is asked of one. */
const allowed: Readonly<Record<string, RegExp>> = {
  'who a credential belongs to':
    /^select .* from (sessions where token_hash|operators where key_hash|api_keys where id) /,
  'which project a folder belongs to': /^(select .* from|insert into) (projects|project_keys) ?(where|\()/,
  'what every start adds to the store': /^insert into (guardrail_rules|profiles) .* on conflict/,
  'what time it is': /^select \(extract\(epoch from clock_timestamp\(\)\)/,
  'in which projects something is due':
    /^select (distinct project_id|id|project_id, .*) from (\(|projects where exists|approvals where status|sessions|messages where sent_at|github_items$)/,
  'counts of what was used, by id, written down together':
    /^update (sessions|tasks|api_keys|session_grants|memories) set .* any\(|^update (api_keys|session_grants|memories) set .* unnest\(/,
};

onEachDatabase('what a coordinator asks of no project in particular', fixture => {
  test('is what has to be, whatever it is called for', async () => {
    const asked = new Set<string>();
    const interlock = await openCoordinator(watched(fixture.db, text => asked.add(text)));
    const callers = [
      await interlock.operator(),
      await interlock.agent('claude_code'),
      { kind: 'none' },
    ] as const;
    await openProfiles(interlock, fixture.db);
    for (const declared of operations) {
      const operation = declared as unknown as Operation;
      // Ending a session would end the test's own.
      if (operation.name === 'end_session') continue;
      const [input] = fc.sample(validInput(operation), { numRuns: 1, seed: 11 });
      for (const credential of callers)
        await interlock.call(operation, input, credential, AbortSignal.timeout(50)).catch(() => undefined);
    }
    await interlock.close();
    const unexpected = [...asked].filter(text => !Object.values(allowed).some(pattern => pattern.test(text)));
    expect(unexpected).toEqual([]);
    expect(asked.size).toBeGreaterThan(8);
  });
});

/** The same database, which also tells the statements that are about no project. */
function watched(database: Database, hear: (text: string) => void): Database {
  return {
    ...database,
    query: <Row>(statement: Query<Row>) => {
      hear(plain(statement));
      return database.query(statement);
    },
    transaction: (work, scope) =>
      database.transaction(
        tx =>
          work({
            ...tx,
            query: <Row>(statement: Query<Row>) => {
              if (scope === undefined) hear(plain(statement));
              return tx.query(statement);
            },
          }),
        scope,
      ),
  };
}

function plain(statement: Query<unknown>): string {
  return compile(statement).text.replaceAll(/\s+/g, ' ').trim();
}
