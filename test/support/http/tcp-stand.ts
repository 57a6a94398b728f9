import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { type TcpLimits, tcpLimits } from '../../../src/coordinator/doors/tcp/limits.ts';
import type { TcpServer } from '../../../src/coordinator/doors/tcp/server.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { createApiKey } from '../../../src/coordinator/keys/operations.ts';
import { type CoordinatorFixture, openCoordinator, openProfiles } from '../coordinator.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: Record<string, unknown>;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, or as it is where it is text. */
  readonly body?: unknown;
}

/** A coordinator with its door over TCP open on this machine, and clients that speak to it over real sockets. */
export interface TcpStand {
  readonly interlock: CoordinatorFixture;
  readonly olga: Credential;
  readonly server: TcpServer;
  readonly port: number;
  /** Makes a key; `agent_id` is whom it proves its holder to be. */
  key(agentId?: string): Promise<{ readonly key: string; readonly keyId: string }>;
  ask(path: string, asking?: Asking): Promise<Reply>;
  /** Calls an operation with a key. */
  call(key: string, operation: string, input?: object, headers?: Record<string, string>): Promise<Reply>;
  /** A connection on which the test writes what it likes. */
  raw(): RawConnection;
  close(): Promise<void>;
}

export interface RawConnection {
  readonly socket: Socket;
  /** Everything that was answered, once the other side has closed. */
  readonly answered: Promise<string>;
}

export async function openTcpStand(
  database: Database,
  {
    requestsPerMinute = 10_000,
    webhookSecrets = [],
    prepare,
    ...limits
  }: Partial<TcpLimits> & {
    requestsPerMinute?: number;
    webhookSecrets?: readonly string[];
    /** Makes the folder what it is to be before any call comes from it. */
    prepare?: (folder: string) => void;
  } = {},
): Promise<TcpStand> {
  const interlock = await openCoordinator(database);
  prepare?.(interlock.folder);
  const olga = await interlock.operator();
  await openProfiles(interlock, database);
  const config = {
    host: '127.0.0.1',
    port: 0,
    hosts: [],
    origins: [],
    requestsPerMinute,
    webhookSecrets,
    required: false,
  };
  const server = await interlock.coordinator.listen(config, { ...tcpLimits, ...limits });
  const { port } = server.address;

  const ask: TcpStand['ask'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const sent = request(
        { host: '127.0.0.1', port, path, method, headers, agent: false },
        async response => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const isJson = /json/.test(String(response.headers['content-type']));
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              body: isJson && text !== '' ? JSON.parse(text) : {},
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });

  return {
    interlock,
    olga,
    server,
    port,
    async key(agentId = 'ci-7') {
      const input = { name: 'a test', agent_id: agentId, agent_type: 'codex_cloud_worker' };
      const made = (await interlock.call(createApiKey, input, olga)) as {
        key: string;
        api_key: { key_id: string };
      };
      return { key: made.key, keyId: made.api_key.key_id };
    },
    ask,
    call: (key, operation, input = {}, headers = {}) =>
      ask(`/api/v1/${operation}`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
        body: input,
      }),
    raw() {
      const socket = connect(port, '127.0.0.1');
      const chunks: Buffer[] = [];
      socket.on('data', chunk => chunks.push(chunk));
      // A connection that is reset has been closed too.
      socket.on('error', () => {});
      const answered = new Promise<string>(resolve =>
        socket.once('close', () => resolve(Buffer.concat(chunks).toString('utf8'))),
      );
      return { socket, answered };
    },
    async close() {
      await server.close();
      await interlock.close();
    },
  };
}
