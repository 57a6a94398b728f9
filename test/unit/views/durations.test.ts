import { expect, test } from 'vitest';
import { ago, countdown, span } from '../../../src/views/durations.ts';
import { at, now } from '../../support/window-state.ts';

test('a span is told as people say it', () => {
  const told = [0, 45, 60, 754, 3600, 7140, 40_000, 200_000].map(seconds => span(seconds * 1000));
  expect(told).toEqual(['0 s', '45 s', '1 min', '12 min', '1 h', '1 h 59 min', '11 h', '2 d']);
  expect(span(-5000)).toBe('0 s');
});

test('the last minute is just now', () => {
  expect(ago(at(-59), now)).toBe('just now');
  expect(ago(at(-61), now)).toBe('1 min ago');
});

test('a countdown shows seconds when they count, and ends at zero', () => {
  const told = [600, 119, 60, 5, 0, -30].map(seconds => countdown(at(seconds), now));
  expect(told).toEqual(['10 min', '1:59', '1:00', '0:05', '0:00', '0:00']);
});
