import { createHash } from 'node:crypto';
import { redact } from '../guardrails/redact.ts';
import { findSecrets } from '../guardrails/secrets.ts';
import { InterlockError } from '../kernel/errors.ts';

/** The name under which the scanner reads a text that is in no file. */
const asFile = 'memory.md';

/**
 * Keeps credentials out of what is stored for others to read. One that is known for certain is refused, so that the
 * caller sees to it; what only looks like one is taken out, as it is from the record.
 * @throws InterlockError `secret_in_text`, naming field and kind, never the secret.
 */
export async function withoutSecrets<Field extends string>(
  texts: Readonly<Record<Field, readonly string[]>>,
): Promise<Clean<Field>> {
  await refuseSecrets(texts);
  const fields = Object.entries<readonly string[]>(texts);
  const clean = fields.map(([field, values]) => [field, values.map(redact)] as const);
  return {
    texts: Object.fromEntries(clean) as Record<Field, string[]>,
    redacted: fields
      .filter(([, values], index) => values.some((value, place) => value !== clean[index]?.[1][place]))
      .map(([field]) => field),
  };
}

interface Clean<Field extends string> {
  readonly texts: Readonly<Record<Field, string[]>>;
  /** The fields from which something was taken out. */
  readonly redacted: string[];
}

/** @throws InterlockError `secret_in_text` where a text holds a credential for certain. */
export async function refuseSecrets(texts: Readonly<Record<string, readonly string[]>>): Promise<void> {
  for (const [field, values] of Object.entries(texts)) {
    const [secret] = await findSecrets(values.join('\n'), asFile);
    if (secret) throw secretInText(field, secret.kind);
  }
}

function secretInText(field: string, kind: string): InterlockError {
  return new InterlockError(
    'secret_in_text',
    `${field}: it holds a credential (${kind}), which every agent of this project would read. Nothing was stored.`,
    { next: 'Say where the credential is kept, not what it is, and call again.', params: { field, kind } },
  );
}

/** What the audit record keeps of a content that may have to be forgotten. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
