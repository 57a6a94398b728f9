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
  /** The end of a good chain: keep it outside the database, and a later `verify` against it finds a rewritten one. */
  readonly head?: Pin;
}

/**
 * Recomputes the project's chain from its first record to its end, and compares it with the head and with the pins. It
 * trusts nothing in the database but the bytes of the records. Writers may go on while it reads.
 */
export async function verifyChain(
  database: Queryable,
  projectId: string,
  pins: readonly Pin[] = [],
): Promise<Verification> {
  const startedMs = performance.now();
  const promised = await readHead(database, projectId);
  const walked = await walk(database, projectId, pins);
  const flaw = walked.flaw ?? endFlaw(walked.end, promised, await readHead(database, projectId), pins);
  const records = flaw ? flaw.sequence - 1 : walked.end.sequence;
  const seconds = Math.max((performance.now() - startedMs) / 1000, 1e-6);
  return {
    status: flaw ? 'tampered' : 'ok',
    records,
    records_per_second: Math.round(records / seconds),
    ...(flaw ? { first_bad: flaw } : { head: walked.end }),
  };
}

interface Walk {
  /** The last record that fits its place. */
  readonly end: Pin;
  readonly flaw?: Flaw;
}

async function walk(database: Queryable, projectId: string, pins: readonly Pin[]): Promise<Walk> {
  const pinned = new Map(pins.map(pin => [pin.sequence, pin.hash]));
  let sequence = 0;
  let previous = genesisHash(projectId);
  const end = (flaw?: Flaw): Walk => ({ end: { sequence, hash: hex(previous) }, ...(flaw ? { flaw } : {}) });
  for (;;) {
    const links = await readLinks(database, projectId, sequence, batchSize);
    if (links.length === 0) return end();
    for (const link of links) {
      if (link.sequence !== sequence + 1) return end({ sequence: sequence + 1, kind: 'removed' });
      if (!fits(link, link.sequence, previous)) {
        const around = await readLinks(database, projectId, sequence - explainWithin, 2 * explainWithin);
        const suspect = around.find(other => other.sequence === link.sequence) ?? link;
        return end(classify(projectId, suspect, around));
      }
      const pin = pinned.get(link.sequence);
      if (pin !== undefined && pin !== hex(link.hash))
        return end({ sequence: link.sequence, kind: 'altered' });
      sequence = link.sequence;
      previous = link.hash;
    }
  }
}

/**
 * What the end of the chain shows.
 * @param before the head as it stood before the walk: the chain must reach it.
 * @param after the head as it stands after the walk: nothing may lie behind it.
 */
function endFlaw(end: Pin, before: Pin, after: Pin, pins: readonly Pin[]): Flaw | undefined {
  const promised = Math.max(before.sequence, ...pins.map(pin => pin.sequence));
  if (end.sequence < promised) return { sequence: end.sequence + 1, kind: 'truncated' };
  if (end.sequence > after.sequence) return { sequence: after.sequence + 1, kind: 'inserted' };
  if (end.sequence === after.sequence && end.hash !== after.hash)
    return { sequence: end.sequence, kind: 'altered' };
  return undefined;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

async function readHead(database: Queryable, projectId: string): Promise<Pin> {
  const [row] = await database.query(
    sql<Pin>`select sequence, encode(hash, 'hex') as hash from audit_heads where project_id = ${projectId}`,
  );
  return row ?? { sequence: 0, hash: hex(genesisHash(projectId)) };
}

async function readLinks(
  database: Queryable,
  projectId: string,
  after: number,
  atMost: number,
): Promise<Link[]> {
  return database.query(
    sql<Link>`
      select sequence, (extract(epoch from recorded_at) * 1000000)::bigint::text as micros, body, hash
      from audit_log
      where project_id = ${projectId} and sequence > ${after}
      order by sequence
      limit ${atMost}`,
  );
}
