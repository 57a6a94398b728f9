import { performance } from 'node:perf_hooks';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { classify, type Flaw, fits, genesisHash, type Link } from './chain.ts';

/** Records read in one query: enough to make the query's own cost vanish, few enough to stay small in memory. */
const batchSize = 5_000;
/** How far around a bad record its true place is looked for. */
const explainWithin = 1_000;

/** A point of the chain that somebody wrote down outside the database. */
export interface Pin {
  readonly sequence: number;
  /** SHA-256 of the record at `sequence`, in hexadecimal. */
  readonly hash: string;
}

export interface Verification {
  readonly status: 'ok' | 'tampered';
  /** How many records were found good, from the first on. */
  readonly records: number;
  readonly records_per_second: number;
  readonly first_bad?: Flaw;
  /** The last good point: keep it outside the database, and a later `verify` against it finds a rewritten chain. */
  readonly head: Pin;
}

/**
 * Recomputes the project's chain from the first record to the head as it stood when the call began, and compares it
 * with the head and with the pins. It trusts nothing in the database but the bytes of the records.
 */
export async function verifyChain(
  database: Queryable,
  projectId: string,
  pins: readonly Pin[] = [],
): Promise<Verification> {
  const startedMs = performance.now();
  const head = await readHead(database, projectId);
  const result = await walk(database, projectId, head, pins);
  const seconds = Math.max((performance.now() - startedMs) / 1000, 1e-6);
  return {
    status: result.flaw ? 'tampered' : 'ok',
    records: result.good.sequence,
    records_per_second: Math.round(result.good.sequence / seconds),
    ...(result.flaw ? { first_bad: result.flaw } : {}),
    head: result.good,
  };
}

interface Walk {
  readonly good: Pin;
  readonly flaw?: Flaw;
}

async function walk(database: Queryable, projectId: string, head: Pin, pins: readonly Pin[]): Promise<Walk> {
  const pinned = new Map(pins.map(pin => [pin.sequence, pin.hash]));
  let sequence = 0;
  let previous = genesisHash(projectId);
  const good = (): Pin => ({ sequence, hash: Buffer.from(previous).toString('hex') });
  for (;;) {
    const links = await readLinks(database, projectId, sequence, sequence + batchSize);
    for (const link of links) {
      if (link.sequence !== sequence + 1)
        return { good: good(), flaw: { sequence: sequence + 1, kind: 'removed' } };
      if (!fits(link, link.sequence, previous)) {
        const around = await readLinks(
          database,
          projectId,
          sequence - explainWithin,
          sequence + explainWithin,
        );
        const suspect = around.find(other => other.sequence === link.sequence) ?? link;
        return { good: good(), flaw: classify(projectId, suspect, around) };
      }
      const pin = pinned.get(link.sequence);
      if (pin !== undefined && pin !== Buffer.from(link.hash).toString('hex')) {
        return { good: good(), flaw: { sequence: link.sequence, kind: 'altered' } };
      }
      sequence = link.sequence;
      previous = link.hash;
    }
    if (links.length === 0) break;
  }
  return { good: good(), ...endFlaw(good(), head, pins) };
}

/** What the end of the chain shows: records after the head were put in, records missing before it were cut off. */
function endFlaw(end: Pin, head: Pin, pins: readonly Pin[]): { flaw?: Flaw } {
  const promised = Math.max(head.sequence, ...pins.map(pin => pin.sequence));
  if (end.sequence < promised) return { flaw: { sequence: end.sequence + 1, kind: 'truncated' } };
  if (end.sequence === head.sequence && end.hash !== head.hash) {
    return { flaw: { sequence: end.sequence, kind: 'altered' } };
  }
  return {};
}

async function readHead(database: Queryable, projectId: string): Promise<Pin> {
  const [row] = await database.query(
    sql<Pin>`select sequence, encode(hash, 'hex') as hash from audit_heads where project_id = ${projectId}`,
  );
  return row ?? { sequence: 0, hash: Buffer.from(genesisHash(projectId)).toString('hex') };
}

async function readLinks(
  database: Queryable,
  projectId: string,
  after: number,
  upTo: number,
): Promise<Link[]> {
  return database.query(
    sql<Link>`
      select sequence, (extract(epoch from recorded_at) * 1000000)::bigint::text as micros, body, hash
      from audit_log
      where project_id = ${projectId} and sequence > ${after} and sequence <= ${upTo}
      order by sequence`,
  );
}
