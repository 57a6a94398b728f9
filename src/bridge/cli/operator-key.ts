import { createHash, randomBytes, scrypt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InterlockError } from '../../coordinator/kernel/errors.ts';

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** A tenth of a second and 128 MB for each guess. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** Fewer characters can be tried out by whoever copies the store. */
export const shortestPassphrase = 12;

/**
 * The operator key of a person at a terminal. It is kept nowhere: each time it is made anew from their passphrase and a
 * salt that lies in the home and is no secret.
 */
export async function operatorKey(home: string, passphrase: string): Promise<string> {
  const bytes = await derive(passphrase.normalize('NFC'), await saltIn(home), 32, cost);
  return bytes.toString('base64url');
}

/** As the coordinator stores it. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

async function saltIn(home: string): Promise<Buffer> {
  const file = join(home, 'terminal-operator.salt');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined) {
    const salt = Buffer.from(text.trim(), 'base64url');
    if (salt.length === 16) return salt;
    throw new InterlockError('store_unavailable', `${file} is not what it was written as.`, {
      next: 'Remove it, sign in again with `interlock login`, and have the new key admitted.',
    });
  }
  await mkdir(home, { recursive: true, mode: 0o700 });
  const salt = randomBytes(16);
  // Two that sign in at once have one salt: the first one's.
  await writeFile(file, `${salt.toString('base64url')}\n`, { mode: 0o600, flag: 'wx' }).catch(error => {
    if (error.code !== 'EEXIST') throw error;
  });
  return saltIn(home);
}
