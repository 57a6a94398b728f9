import { performance } from 'node:perf_hooks';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { classify, type Flaw, fits, genesisHash, hex, type Link, type Point } from './chain.ts';
import { type Base, readBase, readCheckpoints, readLinks } from './links.ts';

/** Records read in one query: enough to make the query's own cost vanish, few enough to stay small in memory. */
const batchSize = 5_000;
/** How far around a bad record its true place is looked for. */
const explainWithin = 1_000;

/** A point of the chain that somebody wrote down outside the database. */
export type Pin = Point;

export interface Verification {
  readonly status: 'ok' | 'tampered';
  /** How many records were found good, from the first that is there on. */
  readonly records: number;
  /** What lies before the first record that is there was exported and removed; 1 where nothing was. */
  readonly first_sequence: number;
  /** Pins of records that were removed, between checkpoints: only the exports can say of them. */
  readonly pins_not_checked: number;
  readonly records_per_second: number;
  readonly first_bad?: Flaw;
  /** The end of a good chain: keep it outside the database, and a later `verify` against it finds a rewritten one. */
  readonly head?: Pin;
}

/**
 * Recomputes the project's chain from where it begins now to its end, and compares it with the head, with the pins and with
 * the record of the last removal. It trusts nothing in the database but the bytes of the records. Writers may go on while it reads.
 */
export async function verifyChain(
  database: Queryable,
  projectId: string,
  pins: readonly Pin[] = [],
): Promise<Verification> {
  const startedMs = performance.now();
  const base = await readBase(database, projectId);
  const promised = await readHead(database, projectId);
  const old = await comparePinsBefore(database, projectId, base, pins);
  const walked = old.flaw ? { end: base, flaw: old.flaw } : await walk(database, projectId, base, pins);
  const flaw =
    walked.flaw ??
    removalFlaw(base, walked.attested) ??
    endFlaw(walked.end, promised, await readHead(database, projectId), pins);
  // What was removed meanwhile is not missing: the chain begins elsewhere now.
  if (flaw && (await readBase(database, projectId)).sequence !== base.sequence)
    return verifyChain(database, projectId, pins);
  const records = Math.max(0, (flaw ? flaw.sequence - 1 : walked.end.sequence) - base.sequence);
  const seconds = Math.max((performance.now() - startedMs) / 1000, 1e-6);
  return {
    status: flaw ? 'tampered' : 'ok',
    records,
    records_per_second: Math.round(records / seconds),
    first_sequence: base.sequence + 1,
    pins_not_checked: old.notChecked,
    ...(flaw ? { first_bad: flaw } : { head: walked.end }),
  };
}

/**
 * Compares pins up to where the chain begins now with the points that are still known of it: the one before the first
 * record, which follows from the project, and the checkpoints.
 */
async function comparePinsBefore(
  database: Queryable,
  projectId: string,
  base: Base,
  pins: readonly Pin[],
): Promise<{ readonly flaw?: Flaw; readonly notChecked: number }> {
  const before = pins.filter(pin => pin.sequence <= base.sequence);
  if (before.length === 0) return { notChecked: 0 };
  const points = await readCheckpoints(database, projectId);
  const known = new Map(points.map(({ sequence, hash }) => [sequence, hash]));
  known.set(0, hex(genesisHash(projectId)));
  const wrong = before.filter(({ sequence, hash }) => (known.get(sequence) ?? hash) !== hash);
  const [first] = wrong.sort((a, b) => a.sequence - b.sequence);
  return {
    ...(first ? { flaw: { sequence: first.sequence, kind: 'altered' } } : {}),
    notChecked: before.filter(({ sequence }) => !known.has(sequence)).length,
  };
}

interface Walk {
  /** The last record that fits its place. */
  readonly end: Pin;
  readonly flaw?: Flaw;
  /** The body of the record that says what was removed before the chain begins. */
  readonly attested?: string;
}

async function walk(database: Queryable, projectId: string, base: Base, pins: readonly Pin[]): Promise<Walk> {
  const pinned = new Map(pins.map(pin => [pin.sequence, pin.hash]));
  let sequence = base.sequence;
  let previous: Uint8Array = Buffer.from(base.hash, 'hex');
  let attested: string | undefined;
  const end = (flaw?: Flaw): Walk => ({
    end: { sequence, hash: hex(previous) },
    ...(attested === undefined ? {} : { attested }),
    ...(flaw ? { flaw } : {}),
  });
  for (;;) {
    const links = await readLinks(database, projectId, sequence, batchSize);
    if (links.length === 0) return end();
    for (const link of links) {
      if (link.sequence !== sequence + 1) return end({ sequence: sequence + 1, kind: 'removed' });
      if (!fits(link, link.sequence, previous)) return end(await explain(database, projectId, link));
      const pin = pinned.get(link.sequence);
      if (pin !== undefined && pin !== hex(link.hash))
        return end({ sequence: link.sequence, kind: 'altered' });
      if (link.sequence === base.recordedAs) attested = link.body;
      sequence = link.sequence;
      previous = link.hash;
    }
  }
}

async function explain(database: Queryable, projectId: string, bad: Link): Promise<Flaw> {
  const after = bad.sequence - 1 - explainWithin;
  const around = await readLinks(database, projectId, after, 2 * explainWithin);
  return classify(projectId, around.find(other => other.sequence === bad.sequence) ?? bad, around);
}

/** What was removed is vouched for by a record in what is left; without it, somebody made the checkpoint up. */
function removalFlaw({ sequence, hash, recordedAs }: Base, attested: string | undefined): Flaw | undefined {
  if (recordedAs === null) return undefined;
  const { operation, facts } = JSON.parse(attested ?? '{}') as {
    operation?: string;
    facts?: { sequence?: number; hash?: string };
  };
  const isIt = operation === 'remove_audit' && facts?.sequence === sequence && facts.hash === hash;
  return isIt ? undefined : { sequence, kind: 'removed' };
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

async function readHead(database: Queryable, projectId: string): Promise<Pin> {
  const [row] = await database.query(
    sql<Pin>`select sequence, encode(hash, 'hex') as hash from audit_heads where project_id = ${projectId}`,
  );
  return row ?? { sequence: 0, hash: hex(genesisHash(projectId)) };
}
