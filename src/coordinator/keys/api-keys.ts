import { createHash } from 'node:crypto';
import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { createBatch } from '../kernel/batch.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/events.ts';
import { hashOfSecret, isSame, partsOf } from './secret.ts';

/** Uses are written down this often, in milliseconds. */
const flushEveryMs = 60_000;

/** Whom a key proves its holder to be. */
export interface KeyIdentity {
  readonly keyId: string;
  readonly projectId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly delegatedFrom: string | null;
  /** The harness and the id under which the sessions of this key are found. */
  readonly harness: string;
  sessionIdOf(session: string): string;
}

/** Finds the identity behind an API key. Keys are remembered until somebody makes, rotates or revokes one, anywhere. */
export interface ApiKeys {
  /** @throws InterlockError `unauthenticated` for a key that is not, or no longer, good. */
  identify(key: string): Promise<KeyIdentity>;
  close(): Promise<void>;
}

interface Row {
  readonly project_id: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly delegated_from: string | null;
  readonly secret_hash: Uint8Array;
  readonly former_hash: Uint8Array | null;
  readonly former_ms: number | null;
  readonly expires_ms: number | null;
  readonly realm: string;
}

interface Kept {
  readonly row: Row;
  /** By the clock of this process that never goes back, from before the database was asked. */
  readonly askedMs: number;
}

export function createApiKeys(
  database: Database,
  bus: EventBus,
  monotonicMs: () => number,
  onError: (error: unknown) => void,
): ApiKeys {
  const known = new Map<string, Kept>();
  bus.subscribe(({ topic }) => {
    if (topic.startsWith('key.') || topic === 'events.gap') known.clear();
  });
  const uses = createBatch({ write: counts => writeUses(database, counts), everyMs: flushEveryMs, onError });

  const find = async (id: string): Promise<Kept | undefined> => {
    const kept = known.get(id);
    if (kept) return kept;
    const askedMs = monotonicMs();
    const row = await readKey(database, id);
    if (!row) return undefined;
    const found = { row, askedMs };
    known.set(id, found);
    return found;
  };

  return {
    async identify(key) {
      const parts = partsOf(key);
      const kept = parts && (await find(parts.id));
      if (!parts || !kept) throw notKnown();
      const { row, askedMs } = kept;
      const passedMs = monotonicMs() - askedMs;
      const isOver = (leftMs: number | null) => leftMs !== null && leftMs <= passedMs;
      const hash = hashOfSecret(parts.secret);
      const isNow = isSame(row.secret_hash, hash);
      const isFormer = row.former_hash !== null && !isOver(row.former_ms) && isSame(row.former_hash, hash);
      if (!(isNow || isFormer)) throw notKnown();
      if (isOver(row.expires_ms)) throw notKnown('The API key has expired.');
      uses.note(parts.id);
      return identityOf(parts.id, row);
    },
    close: uses.close,
  };
}

function identityOf(keyId: string, row: Row): KeyIdentity {
  return {
    keyId,
    projectId: row.project_id,
    agentId: row.agent_id,
    agentType: row.agent_type,
    delegatedFrom: row.delegated_from,
    harness: harnessOf(keyId),
    sessionIdOf: session => createHash('sha256').update(`${row.realm}\n${session}`).digest('hex'),
  };
}

/** The harness that the sessions of a key live in. */
export function harnessOf(keyId: string): string {
  return `key:${keyId}`;
}

async function readKey(database: Database, id: string): Promise<Row | undefined> {
  const [row] = await database.query(sql<Row>`
    select project_id, agent_id, agent_type, delegated_from, secret_hash, former_hash, realm,
      (extract(epoch from former_until - now()) * 1000)::float8 as former_ms,
      (extract(epoch from expires_at - now()) * 1000)::float8 as expires_ms
    from api_keys where id = ${id} and revoked_at is null`);
  return row;
}

function writeUses(database: Database, counts: ReadonlyMap<string, number>): Promise<unknown> {
  return database.query(sql`
    update api_keys set last_used_at = now(), use_count = use_count + times
    from unnest(${[...counts.keys()]}::uuid[], ${[...counts.values()]}::int[]) as noted (key_id, times)
    where id = key_id`);
}

function notKnown(message = 'The API key is not known to this store.'): InterlockError {
  return new InterlockError('unauthenticated', message, {
    next: 'Ask an operator for a key: create_api_key makes one, rotate_api_key replaces one.',
  });
}
