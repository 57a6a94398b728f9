import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Caller, Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../src/coordinator/operations.ts';
import { badInput, validInput } from '../../support/arbitrary-input.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { tableContents } from '../../support/table-contents.ts';

/** Callers that are refused something, and which operations they are refused. */
const mayCall = (operation: Operation, kind: Caller['kind']): boolean =>
  (operation.callers ?? ['agent', 'operator', 'system']).includes(kind);

onEachDatabase('the corridor', fixture => {
  let interlock: CoordinatorFixture;
  let credentials: Record<'agent' | 'reader' | 'operator' | 'local', Credential>;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    credentials = {
      agent: await interlock.agent('copilot'),
      reader: await interlock.agent('claude_code_web_reviewer'),
      operator: await interlock.operator(),
      local: { kind: 'none' },
    };
  });
  afterAll(() => interlock.close());

  const refusal = async (
    operation: Operation,
    input: unknown,
    credential: Credential,
  ): Promise<InterlockError> => {
    const before = await tableContents(fixture.db);
    const error = await interlock.call(operation, input, credential).then(
      output => expect.fail(`${operation.name} was carried out and answered ${JSON.stringify(output)}`),
      (thrown: unknown) => thrown,
    );
    expect(await tableContents(fixture.db)).toEqual(before);
    if (!(error instanceof InterlockError)) throw error;
    return error;
  };

  // What ends the sessions of the callers comes last.
  const inOrder = operations.toSorted(
    (one, other) => Number(one.name === 'end_session') - Number(other.name === 'end_session'),
  );

  describe.each(inOrder.map(operation => ({ name: operation.name, operation: operation as Operation })))(
    '$name',
    ({ operation }) => {
      for (const [who, kind] of [
        ['agent', 'agent'],
        ['operator', 'operator'],
        ['local', 'local'],
      ] as const) {
        if (mayCall(operation, kind)) continue;
        test(`is not for ${who}s: refused, on the record, and nothing changed`, async () => {
          const [input] = fc.sample(validInput(operation), { numRuns: 1, seed: 7 });
          const error = await refusal(operation, input, credentials[who]);
          expect(['operation_not_permitted', 'unauthenticated']).toContain(error.code);
          expect(error.next).toBeTruthy();
        });
      }

      if (operation.access === 'write' && !operation.ownAffair && mayCall(operation, 'agent')) {
        test('is refused to an agent that may only read, and nothing changed', async () => {
          const [input] = fc.sample(validInput(operation), { numRuns: 1, seed: 7 });
          const error = await refusal(operation, input, credentials.reader);
          expect(error.code).toBe('insufficient_trust_level');
        });
      }

      test('answers malformed, oversized and hostile input with a clear error that changes nothing', async () => {
        const kind = operation.callers?.includes('agent') === false ? 'operator' : 'agent';
        const credential = mayCall(operation, kind) ? credentials[kind] : credentials.local;
        await fc.assert(
          fc.asyncProperty(badInput(operation), async input => {
            fc.pre(!operation.input.strict().safeParse(input).success);
            const error = await refusal(operation, input, credential);
            expect(error.code).toBe('invalid_input');
            expect(error.message.length).toBeLessThan(2_000);
            expect(error.next).toBeTruthy();
          }),
          { numRuns: 25 },
        );
      });

      test('never fails as a defect, whatever text its fields hold', async () => {
        await fc.assert(
          fc.asyncProperty(
            badInput(operation),
            fc.constantFrom(...Object.values(credentials)),
            async (input, credential) => {
              // A call that would wait for something is given up.
              const soon = AbortSignal.timeout(1_000);
              const error = await interlock.call(operation, input, credential, soon).then(
                () => undefined,
                (thrown: unknown) => thrown,
              );
              if (error === undefined) return;
              if (!(error instanceof InterlockError)) throw error;
              expect(error.code).not.toBe('internal_error');
            },
          ),
          { numRuns: 40 },
        );
      });
    },
  );

  test('writes every denial down, with the step and the reason', async () => {
    const before = await denials();
    await interlock.call(operations[0], { agent_type: 'copilot' }, credentials.operator).catch(() => {});
    expect(await denials()).toBe(before + 1);
  });

  test('reported no defect on the way', () => {
    expect(interlock.errors).toEqual([]);
  });

  async function denials(): Promise<number> {
    const [row] = await fixture.db.query(
      sql<{
        count: number;
      }>`select count(*) as count from audit_log where body::jsonb ->> 'outcome' = 'denied'`,
    );
    return row?.count ?? 0;
  }
});
