import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkModel, type ModelOutcome } from '../support/model-checker.ts';

const asDesigned = { ListensFirst: true, ToldAtCommit: true, GapTold: true };

function check(constants: Partial<typeof asDesigned>): Promise<ModelOutcome> {
  return checkModel({
    module: join(import.meta.dirname, 'waiting.tla'),
    constants: { ...asDesigned, ...constants },
    invariants: ['NothingMissed'],
  });
}

describe('an agent that waits for a decision, over a connection that may break', () => {
  test('never sleeps on while the decision is there to be read', async () => {
    const { violated, trace, states } = await check({});
    expect(violated, trace.join('\n')).toBeUndefined();
    expect(states).toBeGreaterThan(20);
  });

  test.each([
    ['it read first and listened then', { ListensFirst: false }],
    ['the decision were told before it can be read', { ToldAtCommit: false }],
    ['a lost connection were not told', { GapTold: false }],
  ])('would, if %s', async (_what, broken) => {
    expect((await check(broken)).violated).toBe('NothingMissed');
  });
});
