import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Stands between a program and the rest of the world: it lets nothing through, and keeps what was tried. */
export interface Outside {
  /** What a program that goes by a proxy has to be told. Loopback stays open to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The hosts or addresses that were asked for. */
  readonly tried: readonly string[];
  close(): Promise<void>;
}

/** Starts a proxy that refuses everything. */
export async function closedOutside(): Promise<Outside> {
  const tried: string[] = [];
  const server = createServer((request, response) => {
    tried.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket: Socket) => {
    tried.push(request.url ?? '');
    socket.on('error', () => {});
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap(name => [name, name.toLowerCase()]);
  return {
    environment: {
      ...Object.fromEntries(proxies.map(name => [name, address])),
      NO_PROXY: '127.0.0.1,localhost',
      no_proxy: '127.0.0.1,localhost',
    },
    tried,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
