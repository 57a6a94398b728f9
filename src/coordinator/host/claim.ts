import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { InterlockError } from '../kernel/errors.ts';
import type { ProcessIdentity } from './process-identity.ts';

/**
 * A claim says who owns a store: one small file `owner-<generation>` in the folder that everybody who can see
 * the store can see. Generations only grow, and only the highest one counts. See docs/adr/0001-store-
 * ownership.md.
 */
export interface Claim {
  readonly format: 1;
  readonly generation: number;
  /** Distinguishes this claim from any other, whatever its generation. */
  readonly token: string;
  /** Where the owner listens: absolute, or relative to the folder of the claim, or a Windows pipe name. */
  readonly socket: string;
  /** Device and inode of the claim's folder, so that a copied folder is noticed. */
  readonly folder: string;
  readonly holder: ProcessIdentity;
  readonly mode: 'detached' | 'worker';
  readonly version: string;
  /** By the owner's own clock, for people to read. */
  readonly startedAt: string;
  /** Present once the owner has closed the store in good order and will not touch it again. */
  readonly released?: string;
}

const claimName = /^owner-([1-9][0-9]{0,14})$/;

/** How many superseded claims stay, so that a slow reader of the folder never finds it empty. */
const claimsKept = 8;

/**
 * The claim with the highest generation, or undefined where nobody ever claimed the store.
 * @throws InterlockError `store_unavailable` where that claim cannot be understood: it is never ignored.
 */
export function highestClaim(folder: string): Claim | undefined {
  let missing: number | undefined;
  for (;;) {
    const generation = generationsIn(folder).at(-1);
    if (generation === undefined) return undefined;
    const file = claimFile(folder, generation);
    const text = readIfThere(file);
    if (text !== undefined) return parseClaim(text, generation, file);
    // Swept away between the two calls: then there is a higher one. If not, it is no file of ours.
    if (generation === missing) throw unreadable(file);
    missing = generation;
  }
}

/**
 * @throws InterlockError `store_unavailable` naming the file, where the text is not a claim of that
 * generation.
 */
export function parseClaim(text: string, generation: number, file: string): Claim {
  const claim = jsonOrUndefined(text);
  if (isClaim(claim) && claim.generation === generation) return claim;
  throw unreadable(file);
}

/**
 * Makes the claim visible to everybody at once, whole, and only if nobody has that generation.
 * Returns false where the generation is taken.
 * @throws InterlockError `store_unavailable` where the file system has no hard links.
 */
export function publishClaim(folder: string, claim: Claim): boolean {
  const draft = writeDraft(folder, claim);
  try {
    linkSync(draft, claimFile(folder, claim.generation));
    return true;
  } catch (error) {
    // ENOENT: a newer owner swept our draft away together with the others of its generation.
    if (hasCode(error, 'EEXIST', 'ENOENT')) return false;
    throw new InterlockError(
      'store_unavailable',
      `The folder ${folder} cannot hold the store: its file system refuses hard links.`,
      {
        next: 'Set INTERLOCK_HOME to a folder on a local disk.',
        params: { folder },
        cause: error,
      },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Marks a claim as given up, in good order. Call it only when the store is closed, or when the thread that
 * held it is known to be gone. Does nothing where the claim is no longer the one in force.
 */
export function releaseClaim(folder: string, claim: Claim, reason: string): void {
  if (highestClaim(folder)?.token !== claim.token) return;
  const draft = writeDraft(folder, { ...claim, released: reason });
  try {
    renameSync(draft, claimFile(folder, claim.generation));
  } catch (error) {
    rmSync(draft, { force: true });
    // A new owner has proved us gone by itself, and swept the draft away.
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/** Takes back a claim that came too late: a higher generation exists, so nobody looks at this one. */
export function retractClaim(folder: string, claim: Claim): void {
  rmSync(claimFile(folder, claim.generation), { force: true });
}

/**
 * Removes what earlier generations left behind: old claims and drafts. The caller owns `generation`, so
 * whoever still prepares a lower or equal one has lost already.
 */
export function sweepClaims(folder: string, generation: number): void {
  for (const old of generationsIn(folder)) {
    if (old <= generation - claimsKept) rmSync(claimFile(folder, old), { force: true });
  }
  for (const name of readdirSync(folder)) {
    const draftOf = /^draft-([0-9]+)-/.exec(name)?.[1];
    if (draftOf !== undefined && Number(draftOf) <= generation) rmSync(join(folder, name), { force: true });
  }
}

export function claimFile(folder: string, generation: number): string {
  return join(folder, `owner-${generation}`);
}

/** The address to connect to. */
export function socketOf(folder: string, claim: Claim): string {
  return claim.socket.startsWith('\\\\') ? claim.socket : resolve(folder, claim.socket);
}

/** What `Claim.folder` holds for this folder. */
export function folderIdentity(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `${dev}:${ino}`;
}

/** Written and flushed before it gets its name, so that not even a power cut leaves half a claim. */
function writeDraft(folder: string, claim: Claim): string {
  const draft = join(folder, `draft-${claim.generation}-${claim.token}`);
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(claim, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return draft;
}

function generationsIn(folder: string): number[] {
  return namesIn(folder)
    .map(name => claimName.exec(name)?.[1])
    .filter(digits => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw new InterlockError('store_unavailable', `The folder of the store, ${folder}, cannot be read.`, {
      next: 'Make it a folder that this user may read and write, or set INTERLOCK_HOME to another one.',
      params: { folder },
      cause: error,
    });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause?: unknown): InterlockError {
  return new InterlockError(
    'store_unavailable',
    `The file ${file} says who owns the store, but this version cannot read it.`,
    {
      next: `Update Interlock; if it is up to date, close everything that uses Interlock and delete ${file}.`,
      params: { file },
      cause,
    },
  );
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By hand and not by a schema library, because every hook call loads this file. */
function isClaim(value: unknown): value is Claim {
  if (!isRecord(value) || !isRecord(value.holder)) return false;
  const { holder } = value;
  return (
    value.format === 1 &&
    Number.isSafeInteger(value.generation) &&
    Number.isSafeInteger(holder.pid) &&
    [value.token, value.socket, value.folder, value.version, value.startedAt].every(isText) &&
    [holder.started, holder.namespace, holder.boot, holder.machine, holder.hostname].every(isText) &&
    (value.mode === 'detached' || value.mode === 'worker') &&
    (value.released === undefined || isText(value.released))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
