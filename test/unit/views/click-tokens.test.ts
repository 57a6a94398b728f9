import { expect, test } from 'vitest';
import { createClickTokens } from '../../../src/views/click-tokens.ts';

test('a token stands for what was shown, and nothing else stands for anything', () => {
  const tokens = createClickTokens<{ readonly approval: string }>();
  const subject = { approval: 'a' };
  expect(tokens.redeem(tokens.issue(subject))).toBe(subject);
  for (const forged of ['a', '', undefined, null, subject, [tokens.issue(subject)]])
    expect(tokens.redeem(forged)).toBeUndefined();
});

test('tokens of what has long left the screen are forgotten', () => {
  const tokens = createClickTokens<number>();
  const issued = Array.from({ length: 501 }, (_, index) => tokens.issue(index));
  expect(tokens.redeem(issued[0])).toBeUndefined();
  expect(tokens.redeem(issued[1])).toBe(1);
  expect(tokens.redeem(issued[500])).toBe(500);
});
