import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { redact } from '../guardrails/redact.ts';
import type { Resource } from '../kernel/operation.ts';

/**
 * What an approval holds for, and nothing else: this session doing this operation to this resource with exactly this
 * content.
 */
export interface Binding {
  readonly projectId: string;
  readonly sessionId: string;
  /** The corridor, for a call that it stopped; or the agent, for something that happens outside the corridor. */
  readonly filedBy: 'corridor' | 'agent';
  readonly operation: string;
  readonly resource: Resource;
  /** SHA-256, see {@link hashOfContent}. */
  readonly contentHash: Uint8Array;
}

/** SHA-256 of the canonical JSON (RFC 8785) of the content: equal contents have equal hashes, however they are ordered. */
export function hashOfContent(content: unknown): Uint8Array {
  const text = canonicalize(content);
  if (text === undefined) throw new Error('the content of an approval must be JSON');
  return createHash('sha256').update(text, 'utf8').digest();
}

/** An index takes this many bytes of a resource's id. */
const longestResourceId = 1024;

/**
 * The resource with an id that an index holds and anybody may read: of a longer one, or one with a credential in it, the
 * beginning and the hash of the whole.
 */
export function bound({ type, id }: Resource): Resource {
  const safe = redact(id);
  if (safe === id && Buffer.byteLength(id) <= longestResourceId) return { type, id };
  const digest = createHash('sha256').update(id, 'utf8').digest('hex');
  return { type, id: `${safe.slice(0, 200).toWellFormed()}… sha256:${digest}` };
}
