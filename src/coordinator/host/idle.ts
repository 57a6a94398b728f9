import type { Server, Socket } from 'node:net';

export interface IdleOptions {
  readonly server: Server;
  /** Who is connected at the moment; kept up to date by the owner of the server. */
  readonly connections: ReadonlySet<Socket>;
  /** How long nobody has to be connected, in milliseconds. */
  readonly afterMs: number;
  /** Asked when the time is up; true starts the time again. */
  readonly isBusy: () => boolean;
  readonly onIdle: () => void;
}

/**
 * Calls `onIdle` once, when nobody has been connected for the whole time. A client that keeps a connection
 * open counts as connected, whether it asks for something or not. Returns a function that ends the watch.
 */
export function watchIdleness(options: IdleOptions): () => void {
  const { server, connections, afterMs, isBusy, onIdle } = options;
  let watching = true;
  let timer: NodeJS.Timeout | undefined;

  function end(): void {
    watching = false;
    clearTimeout(timer);
    server.off('connection', arrive);
  }

  function wait(): void {
    if (!watching || connections.size > 0) return;
    timer = setTimeout(() => {
      if (isBusy()) return wait();
      end();
      onIdle();
    }, afterMs);
  }

  function arrive(socket: Socket): void {
    clearTimeout(timer);
    socket.once('close', wait);
  }

  server.on('connection', arrive);
  for (const socket of connections) arrive(socket);
  wait();
  return end;
}
