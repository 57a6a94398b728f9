import { expect, it } from 'vitest';
import { createToolUses } from '../../../../src/coordinator/doors/tool-uses.ts';

const chat = (sessionId: string) => ({ kind: 'harness', harness: 'claude', sessionId }) as const;

it('remembers who announced a use of a tool, the oldest for the shortest time', () => {
  const uses = createToolUses();
  uses.announce('first', chat('a'));
  expect(uses.announcedBy('first')).toEqual(chat('a'));
  expect(uses.announcedBy('unheard')).toBeUndefined();
  for (let index = 0; index < 1_000; index += 1) uses.announce(`later ${index}`, chat('b'));
  expect(uses.announcedBy('first')).toBeUndefined();
  expect(uses.announcedBy('later 0')).toEqual(chat('b'));
});
