import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Coordinator } from '../../../src/coordinator/client.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { createConnection } from '../../../src/extension/connection.ts';
import { deferred } from '../../support/deferred.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const aCoordinator = () => {
  const closed = vi.fn();
  return { coordinator: { close: closed } as unknown as Coordinator, closed };
};
const flush = () => vi.advanceTimersByTimeAsync(0);

describe('the way to the coordinator', () => {
  test('is tried again by itself where that makes sense', async () => {
    const { coordinator } = aCoordinator();
    let attempts = 0;
    const connection = createConnection(async () => {
      attempts += 1;
      if (attempts < 3) throw new InterlockError('coordinator_unavailable', 'Not yet.', { retryable: true });
      return coordinator;
    });
    await flush();
    expect(connection.state).toMatchObject({ is: 'failed' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(attempts).toBe(3);
    expect(connection.state.is).toBe('open');
    connection.dispose();
  });

  test('waits for the person where only they can help, and then for what is configured by then', async () => {
    const { coordinator } = aCoordinator();
    const open = vi
      .fn<() => Promise<Coordinator>>()
      .mockRejectedValueOnce(new InterlockError('schema_too_new', 'Written by a newer Interlock.'))
      .mockResolvedValueOnce(coordinator);
    const connection = createConnection(open);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(open).toHaveBeenCalledTimes(1);
    expect(connection.state).toMatchObject({ is: 'failed', error: { code: 'schema_too_new' } });
    connection.reconnect();
    expect(connection.state.is).toBe('starting');
    await flush();
    expect(connection.state.is).toBe('open');
    connection.dispose();
  });

  test('says a defect in the words of the one error', async () => {
    const connection = createConnection(() => Promise.reject(new TypeError('undefined is not a function')));
    await flush();
    expect(connection.state).toMatchObject({ is: 'failed', error: { code: 'internal_error' } });
    connection.dispose();
  });

  test('gives back what comes too late', async () => {
    const late = deferred<Coordinator>();
    const connection = createConnection(() => late.promise);
    connection.dispose();
    const { coordinator, closed } = aCoordinator();
    late.resolve(coordinator);
    await flush();
    expect(closed).toHaveBeenCalled();
  });
});
