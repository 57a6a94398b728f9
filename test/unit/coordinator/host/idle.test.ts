import { once } from 'node:events';
import { createServer, type Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchIdleness } from '../../../../src/coordinator/host/idle.ts';

const afterMs = 600_000;

describe('a coordinator', () => {
  let server: Server;
  let connections: Set<Socket>;
  let onIdle: ReturnType<typeof vi.fn<() => void>>;

  beforeEach(() => {
    vi.useFakeTimers();
    server = createServer();
    connections = new Set();
    onIdle = vi.fn();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function watch(isBusy = () => false): () => void {
    return watchIdleness({ server, connections, afterMs, isBusy, onIdle });
  }

  function arrive(): Socket {
    const socket = new Socket();
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    server.emit('connection', socket);
    return socket;
  }

  async function leave(socket: Socket): Promise<void> {
    socket.destroy();
    await once(socket, 'close');
  }

  test('to which nobody ever connects is idle after the whole time, once', () => {
    watch();
    vi.advanceTimersByTime(afterMs - 1);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(afterMs * 5);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  test('is not idle while somebody is connected, however quiet', async () => {
    watch();
    const socket = arrive();
    vi.advanceTimersByTime(afterMs * 5);
    expect(onIdle).not.toHaveBeenCalled();
    await leave(socket);
    vi.advanceTimersByTime(afterMs);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  test('counts those who were there before the watch began', async () => {
    const socket = arrive();
    watch();
    vi.advanceTimersByTime(afterMs * 5);
    expect(onIdle).not.toHaveBeenCalled();
    await leave(socket);
    vi.advanceTimersByTime(afterMs);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  test('waits for the last of several to leave, and then the whole time again', async () => {
    watch();
    const [one, other] = [arrive(), arrive()];
    await leave(one);
    vi.advanceTimersByTime(afterMs * 2);
    await leave(other);
    vi.advanceTimersByTime(afterMs - 1);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  test('that has work of its own stays, and asks again later', () => {
    let busy = true;
    watch(() => busy);
    vi.advanceTimersByTime(afterMs);
    expect(onIdle).not.toHaveBeenCalled();
    busy = false;
    vi.advanceTimersByTime(afterMs);
    expect(onIdle).toHaveBeenCalledTimes(1);
  });

  test('is never idle after the watch was ended', async () => {
    const end = watch();
    const socket = arrive();
    end();
    await leave(socket);
    vi.advanceTimersByTime(afterMs * 5);
    expect(onIdle).not.toHaveBeenCalled();
  });
});
