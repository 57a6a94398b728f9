import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a key looks like: `ilk.<id>.<secret>`. The id is public: it says which row the secret is compared with. */
const form = /^ilk\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;

/** A secret of 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function keyOf(id: string, secret: string): string {
  return `ilk.${id}.${secret}`;
}

/** The two parts of a key; undefined where the text is none. */
export function partsOf(key: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = form.exec(key) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/**
 * What is stored of a secret: its SHA-256. A slow hash protects passwords, which can be guessed; these cannot, and every
 * call would pay for it.
 */
export function hashOfSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Compares in a time that says nothing about where they differ. */
export function isSame(hash: Uint8Array, other: Uint8Array): boolean {
  return hash.byteLength === other.byteLength && timingSafeEqual(hash, other);
}
