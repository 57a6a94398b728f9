import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Claim,
  claimFile,
  highestClaim,
  parseClaim,
  publishClaim,
  releaseClaim,
  socketOf,
  sweepClaims,
} from '../../../../src/coordinator/host/claim.ts';
import { claimOf } from '../../../support/host/claims.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'il-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function files(): string[] {
  return readdirSync(folder).sort();
}

describe('a claim', () => {
  test('reads back as it was published', () => {
    const claim = claimOf({ generation: 7 });
    expect(publishClaim(folder, claim)).toBe(true);
    expect(highestClaim(folder)).toEqual(claim);
  });

  test('is not replaced by another of its generation', () => {
    const first = claimOf({ token: 'first' });
    publishClaim(folder, first);
    expect(publishClaim(folder, claimOf({ token: 'second' }))).toBe(false);
    expect(highestClaim(folder)).toEqual(first);
    expect(files()).toEqual(['owner-1']);
  });

  test('counts by its number and not by its name, so that 10 is above 9', () => {
    for (const generation of [9, 10, 2]) publishClaim(folder, claimOf({ generation }));
    expect(highestClaim(folder)?.generation).toBe(10);
  });

  test('is nobody’s where the folder is empty, or missing', () => {
    expect(highestClaim(folder)).toBeUndefined();
    expect(highestClaim(join(folder, 'missing'))).toBeUndefined();
  });

  test('is released by its owner, and only while it is in force', () => {
    const old = claimOf({ generation: 1, token: 'old' });
    publishClaim(folder, old);
    releaseClaim(folder, old, 'idle');
    expect(highestClaim(folder)).toEqual({ ...old, released: 'idle' });

    const next = claimOf({ generation: 2, token: 'next' });
    publishClaim(folder, next);
    releaseClaim(folder, old, 'again');
    expect(highestClaim(folder)).toEqual(next);
    expect(files()).toEqual(['owner-1', 'owner-2']);
  });

  test('that cannot be read is refused with its file, and never overlooked', () => {
    publishClaim(folder, claimOf({ generation: 1 }));
    writeFileSync(claimFile(folder, 2), '');
    expect(() => highestClaim(folder)).toThrow(claimFile(folder, 2));
  });

  test('that is no file, or in a folder that is none, is refused instead of looked for again and again', () => {
    symlinkSync('/no/such/file', claimFile(folder, 3));
    expect(() => highestClaim(folder)).toThrow(claimFile(folder, 3));
    mkdirSync(claimFile(folder, 4));
    expect(() => highestClaim(folder)).toThrow(claimFile(folder, 4));
    writeFileSync(join(folder, 'file'), '');
    expect(() => highestClaim(join(folder, 'file'))).toThrow('cannot be read');
  });

  test('with any field missing or of another type is refused', () => {
    const whole = claimOf({});
    const fields = Object.keys(whole) as (keyof Claim)[];
    const broken = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(...fields).map(field => JSON.stringify({ ...whole, [field]: undefined })),
      fc.constantFrom(...fields).map(field => JSON.stringify({ ...whole, [field]: [] })),
    );
    fc.assert(
      fc.property(broken, text => {
        expect(() => parseClaim(text, 1, 'owner-1')).toThrow('owner-1');
      }),
    );
    expect(parseClaim(JSON.stringify(whole), 1, 'owner-1')).toEqual(whole);
  });

  test('found under another number than its own is refused', () => {
    expect(() => parseClaim(JSON.stringify(claimOf({ generation: 1 })), 2, 'owner-2')).toThrow('owner-2');
  });
});

describe('sweeping', () => {
  test('keeps the last eight claims, whatever came before', () => {
    for (let generation = 1; generation <= 12; generation += 1) publishClaim(folder, claimOf({ generation }));
    sweepClaims(folder, 12);
    expect(highestClaim(folder)?.generation).toBe(12);
    expect(files().length).toBe(8);
    expect(files()).not.toContain('owner-4');
    expect(files()).toContain('owner-5');
  });

  test('removes the drafts of those who lost, and not those of whoever may come next', () => {
    for (const name of ['draft-3-a', 'draft-4-b', 'draft-5-c', 'draft', 'notes'])
      writeFileSync(join(folder, name), '');
    sweepClaims(folder, 4);
    expect(files()).toEqual(['draft', 'draft-5-c', 'notes']);
  });
});

describe('the socket of a claim', () => {
  test('is found below the folder as it is mounted here, unless it is absolute or a pipe', () => {
    expect(socketOf('/mnt/home', claimOf({ socket: 'run/1-abc.sock' }))).toBe('/mnt/home/run/1-abc.sock');
    expect(socketOf('/mnt/home', claimOf({ socket: '/tmp/1-abc.sock' }))).toBe('/tmp/1-abc.sock');
    expect(socketOf('C:\\home', claimOf({ socket: '\\\\.\\pipe\\x' }))).toBe('\\\\.\\pipe\\x');
  });
});
