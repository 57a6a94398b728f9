import { setTimeout as pause } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import { readLines } from './read-lines.ts';
import { createRelay } from './relay.ts';
import { createSessionOpener } from './session.ts';

/** How long the last requests of a client that has closed its side are waited for, in milliseconds. */
const partingMs = 2_000;

/**
 * `mcp`: an MCP server on standard input and output that passes everything on to the coordinator. Standard output
 * carries the protocol and nothing else. It ends when the client closes its side; the coordinator ends the session.
 */
export async function serveStdio(environment: Environment): Promise<void> {
  const log = (text: string) => process.stderr.write(`interlock: ${text}\n`);
  const session = createSessionOpener(environment, log);
  const relay = createRelay({ open: session.open, toClient, log });
  process.stdout.on('error', () => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);

  await new Promise<void>(resolve => readLines(process.stdin, relay.fromClient, () => resolve()));
  await Promise.race([relay.idle(), pause(partingMs)]);
  leave();

  function toClient(line: string): void {
    if (process.stdout.write(`${line}\n`)) return;
    relay.pause();
    process.stdout.once('drain', relay.resume);
  }

  function leave(): void {
    relay.close();
    session.close();
    // On Windows, what is still on its way out would be lost.
    process.stdout.write('', () => process.exit(0));
  }
}
