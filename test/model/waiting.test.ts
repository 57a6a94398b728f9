import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

const asDesigned = { ListensFirst: true, ToldAtCommit: true, GapTold: true };

function check(
  constants: Partial<typeof asDesigned>,
  what: { readonly invariants: readonly string[]; readonly property?: string },
): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'waiting.tla'),
    constants: { ...asDesigned, ...constants },
    ...what,
  });
}

const safety = { invariants: ['NothingMissed'] };
const liveness = { invariants: [], property: 'Answered' };

describe('an agent that waits for a decision, over a connection that may break', () => {
  test('never sleeps on while the decision is there to be read, and is answered', async () => {
    const { violated, trace, states } = await check({}, { ...safety, property: liveness.property });
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(20);
  });

  test.each([
    ['it read first and listened then', { ListensFirst: false }],
    ['the decision were told before it can be read', { ToldAtCommit: false }],
    ['a lost connection were not told', { GapTold: false }],
  ])('would, and might never be answered, if %s', async (_what, broken) => {
    expect((await check(broken, safety)).violated).toBe('NothingMissed');
    expect((await check(broken, liveness)).violated).toBe('Answered');
  });
});
