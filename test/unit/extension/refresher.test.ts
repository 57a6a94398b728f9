import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRefresher } from '../../../src/extension/refresher.ts';
import { deferred } from '../../support/deferred.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('changes that come together lead to one reading of each part', async () => {
  const read: string[] = [];
  const refresher = createRefresher<string>(async part => void read.push(part));
  refresher.mark('locks', 'activity');
  refresher.mark('locks');
  expect(read).toEqual([]);
  await vi.runAllTimersAsync();
  expect(read).toEqual(['locks', 'activity']);
});

test('what changes while it is read is read once more, after that', async () => {
  const read: string[] = [];
  const first = deferred<void>();
  const refresher = createRefresher<string>(async part => {
    read.push(part);
    if (read.length === 1) await first.promise;
  });
  refresher.mark('locks');
  await vi.runAllTimersAsync();
  refresher.mark('locks');
  refresher.mark('locks');
  await vi.runAllTimersAsync();
  expect(read).toEqual(['locks']);
  first.resolve();
  await refresher.settled();
  expect(read).toEqual(['locks', 'locks']);
});

test('settled waits for what was marked so far, without waiting for the gathering', async () => {
  const read: string[] = [];
  const refresher = createRefresher<string>(async part => void read.push(part));
  refresher.mark('agents');
  await refresher.settled();
  expect(read).toEqual(['agents']);
});

test('nothing is read after the end', async () => {
  const read: string[] = [];
  const refresher = createRefresher<string>(async part => void read.push(part));
  refresher.mark('agents');
  refresher.dispose();
  await vi.runAllTimersAsync();
  expect(read).toEqual([]);
});
