import { createHash } from 'node:crypto';

/** A record as it lies in the table. */
export interface Link {
  readonly sequence: number;
  /** Microseconds since 1970, as text: it goes into the hash exactly as the database has it. */
  readonly micros: string;
  readonly body: string;
  readonly hash: Uint8Array;
}

/** A point of a chain: the record at `sequence` has this hash (SHA-256, hexadecimal). */
export interface Point {
  readonly sequence: number;
  readonly hash: string;
}

/** What is wrong with a chain, and the first record in which it shows. */
export interface Flaw {
  readonly sequence: number;
  readonly kind: 'altered' | 'removed' | 'inserted' | 'reordered' | 'truncated';
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The hash before the first record of a project. */
export function genesisHash(projectId: string): Uint8Array {
  return createHash('sha256').update(`interlock audit ${projectId}`).digest();
}

/** The hash that a record must carry when it stands at `sequence` behind a record with hash `previous`. */
export function hashOf(
  previous: Uint8Array,
  sequence: number,
  link: Pick<Link, 'micros' | 'body'>,
): Uint8Array {
  const numbers = Buffer.alloc(16);
  numbers.writeBigInt64BE(BigInt(sequence), 0);
  numbers.writeBigInt64BE(BigInt(link.micros), 8);
  return createHash('sha256').update(previous).update(numbers).update(link.body, 'utf8').digest();
}

/** True where the record belongs at `sequence` behind `previous`. */
export function fits(link: Link, sequence: number, previous: Uint8Array): boolean {
  return Buffer.compare(hashOf(previous, sequence, link), link.hash) === 0;
}

/**
 * Says what happened to a record that does not fit its place. Whoever renumbers records after taking one out,
 * putting one in or swapping two leaves records that fit another place: the suspect is tried there.
 * @param around the records near the suspect in order of sequence, it included; more of them find farther moves.
 */
export function classify(projectId: string, suspect: Link, around: readonly Link[]): Flaw {
  const { sequence } = suspect;
  const hashAt = (place: number) =>
    place === 0 ? genesisHash(projectId) : around.find(link => link.sequence === place)?.hash;

  const twoBefore = hashAt(sequence - 2);
  if (twoBefore && fits(suspect, sequence - 1, twoBefore))
    return { sequence: sequence - 1, kind: 'inserted' };

  const fitsElsewhere = around.some(
    link =>
      link !== suspect &&
      (fits(suspect, link.sequence + 1, link.hash) || fits(suspect, link.sequence, link.hash)),
  );
  if (fitsElsewhere) return { sequence, kind: 'reordered' };

  const following = around.find(link => link.sequence === sequence + 1);
  if (following && fits(following, sequence + 2, suspect.hash)) return { sequence, kind: 'removed' };
  return { sequence, kind: 'altered' };
}
