import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Hosted, Service } from '../../../src/coordinator/host/service.ts';
import { note } from './journal.ts';

/**
 * The smallest store that suffers from two owners as PGlite does: each believes it knows where the file ends, and writes there.
 * It answers a row only when it is on the disk.
 */
export async function startTinyService(
  { home, generation }: Pick<Hosted, 'home' | 'generation'>,
  port: number,
): Promise<Service> {
  note(home, 'begin', generation);
  const beating = setInterval(() => note(home, 'beat', generation), 5);
  await watchForSecondOwner(home, generation, port);
  const file = rowsFile(home);
  mkdirSync(join(home, 'store'), { recursive: true });
  closeSync(openSync(file, 'a'));
  const rows = openSync(file, 'r+');
  let end = readFileSync(file).lastIndexOf('\n') + 1;
  // What a predecessor was killed in the middle of, nobody was told of.
  ftruncateSync(rows, end);

  function append(row: string): void {
    end += writeSync(rows, `${row}\n`, end);
    fsyncSync(rows);
    note(home, 'row', generation);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`id: ${generation}\nevent: owner\ndata: ${generation}\n\n`);
      return;
    }
    const sent: unknown = JSON.parse((await text(request)) || 'null');
    if (request.url === '/rows' && typeof sent === 'string') append(sent);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ generation, got: sent }));
  }

  return {
    schemaVersion: 1,
    handleRequest: answer,
    handleUpgrade(_request, socket) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: interlock\r\n\r\n');
      socket.pipe(socket);
    },
    async close() {
      clearInterval(beating);
      closeSync(rows);
      note(home, 'end', generation);
    },
  };
}

export function rowsFile(home: string): string {
  return join(home, 'store', 'rows');
}

/** A second witness, independent of files: the kernel gives a TCP port to one process, and takes it back when it dies. */
function watchForSecondOwner(home: string, generation: number, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const witness = createServer();
    witness.unref();
    witness.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      note(home, 'second', generation);
      resolve();
    });
    witness.listen(port, '127.0.0.1', resolve);
  });
}
