import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Hosted, Service } from '../../../src/coordinator/host/service.ts';
import { note } from './journal.ts';

/**
 * The smallest store that suffers from two owners as PGlite does: each believes it knows where the file ends,
 * and writes there. It answers for a row only when the row is on the disk.
 */
export async function startTinyService(hosted: TinyHosted, port: number): Promise<Service> {
  const { home, generation } = hosted;
  note(home, 'begin', generation);
  const beating = setInterval(() => note(home, 'beat', generation), 5);
  await watchForSecondOwner(hosted, port);
  const rows = openRows(home);
  let held = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? await json(request) : undefined;
    switch (request.url) {
      case '/rows':
        rows.append(String(body));
        note(home, 'row', generation);
        return send(response, { generation });
      case '/hold':
        held += 1;
        await appearance(letGoFile(home));
        return send(response, { generation });
      case '/held':
        return send(response, { held });
      case '/crash':
        process.kill(process.pid, 'SIGKILL');
        return;
      case '/events':
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          `id: ${request.headers['last-event-id'] ?? ''}/${generation}\nevent: owner\ndata: ${generation}\n\n`,
        );
        return;
      default:
        return send(response, { generation, method: request.method, url: request.url, body });
    }
  }

  return {
    schemaVersion: 1,
    handleRequest: answer,
    handleUpgrade(_request, socket, head) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: interlock\r\n\r\n');
      socket.unshift(head);
      socket.pipe(socket);
    },
    async handleParentMessage(question) {
      if (question.type === 'crash') setImmediate(() => raise('the thread crashes'));
      return { generation, question };
    },
    async close() {
      clearInterval(beating);
      rows.close();
      note(home, 'end', generation);
    },
  };
}

type TinyHosted = Pick<Hosted, 'home' | 'generation'>;

export function rowsFile(home: string): string {
  return join(home, 'store', 'rows');
}

/** While this file is missing, requests for `/hold` are not answered. */
export function letGoFile(home: string): string {
  return join(home, 'let-go');
}

function openRows(home: string): { append(row: string): void; close(): void } {
  const file = rowsFile(home);
  mkdirSync(join(home, 'store'), { recursive: true });
  closeSync(openSync(file, 'a'));
  const rows = openSync(file, 'r+');
  let end = readFileSync(file).lastIndexOf('\n') + 1;
  // What a predecessor was killed in the middle of, nobody was told of.
  ftruncateSync(rows, end);
  return {
    append(row) {
      end += writeSync(rows, `${row}\n`, end);
      fsyncSync(rows);
    },
    close: () => closeSync(rows),
  };
}

/**
 * A second witness, which knows no files: the kernel gives a TCP port to one process, and takes it back when
 * it dies.
 */
function watchForSecondOwner({ home, generation }: TinyHosted, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const witness = createServer().unref();
    witness.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      note(home, 'second', generation);
      resolve();
    });
    witness.listen(port, '127.0.0.1', resolve);
  });
}

async function appearance(file: string): Promise<void> {
  while (!existsSync(file)) await pause(5);
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function raise(message: string): never {
  throw new Error(message);
}
