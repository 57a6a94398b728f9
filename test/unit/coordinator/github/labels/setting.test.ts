import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Fact,
  isOfSetting,
  settingOf,
  together,
} from '../../../../../src/coordinator/github/labels/setting.ts';

const at = (second: number) => new Date(second * 1000);
const set = (second: number, login = 'alice'): Fact => ({ at: at(second), was_set: true, login });
const removed = (second: number, login = 'bob'): Fact => ({ at: at(second), was_set: false, login });

const fact = fc.record({
  at: fc.nat({ max: 5 }).map(at),
  was_set: fc.boolean(),
  login: fc.constantFrom('alice', 'bob', 'carl'),
});

describe('how a label came to be there', () => {
  it('does not depend on the order in which it became known, nor on how often', () => {
    const facts = fc.array(fact, { maxLength: 8 });
    fc.assert(
      fc.property(
        facts.chain(known =>
          fc.tuple(
            fc.constant(known),
            fc.shuffledSubarray([...known, ...known], { minLength: known.length * 2 }),
          ),
        ),
        ([known, shuffled]) => {
          expect(settingOf(shuffled)).toEqual(settingOf(known));
        },
      ),
    );
  });

  it('is that the first who set it since it was removed did', () => {
    expect(settingOf([])).toBeUndefined();
    expect(settingOf([set(3, 'bob'), set(1)])).toEqual({ login: 'alice', at: at(1), since: null });
    expect(settingOf([set(1), removed(2), set(3, 'bob')])).toEqual({ login: 'bob', at: at(3), since: at(2) });
    expect(settingOf([set(1), removed(2)])).toBeUndefined();
    // Within a second it was removed first: a label that is there was set last.
    expect(settingOf([set(2, 'bob'), removed(2)])).toEqual({ login: 'bob', at: at(2), since: at(2) });
  });

  it('keeps what was decided for it, and not what was decided before it was removed', () => {
    const now = { login: 'bob', at: at(5), since: at(4) };
    expect([3, 4, 5, 6].map(second => isOfSetting(at(second), now))).toEqual([false, false, true, true]);
    expect(isOfSetting(at(4), { at: at(4), since: at(4) })).toBe(true);
    expect(isOfSetting(at(1), { at: at(5), since: null })).toBe(true);
  });

  it('begins for two labels when the second is set, and is over when one of them goes', () => {
    const one = { login: 'alice', at: at(5), since: at(1) };
    const other = { login: 'bob', at: at(3), since: at(2) };
    for (const both of [together(one, other), together(other, one)])
      expect(both).toEqual({ login: 'alice', at: at(5), since: at(2) });
    expect(together({ ...one, since: null }, other).since).toEqual(at(2));
  });
});
