import type { Readable } from 'node:stream';

/** More than any harness sends, and what the coordinator takes, in bytes. */
const largestPayload = 64 * 1024 * 1024;

/** A harness that has sent everything and does not close the stream is waited for this long, in milliseconds. */
const silenceMs = 3_000;

/** The JSON value on a stream, or why there is none. */
export type Payload = { readonly value: unknown } | { readonly missing: string };

/**
 * Reads the whole stream, up to a limit. It never throws and does not wait for ever. It leaves the stream open: closing it
 * costs a process that ends anyway half a millisecond.
 */
export async function readPayload(
  input: Readable,
  limit = largestPayload,
  quietMs = silenceMs,
): Promise<Payload> {
  const text = await readText(input, limit, quietMs);
  if (text === undefined) return { missing: `its payload is larger than ${limit / 1024 / 1024} MiB` };
  if (text.trim() === '') return { missing: 'its payload is empty' };
  try {
    // Windows programs begin a text with a byte order mark.
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    return { missing: 'its payload is not JSON' };
  }
}

function readText(input: Readable, limit: number, quietMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    let size = 0;
    const conclude = () => {
      clearTimeout(quiet);
      input.pause();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    const quiet = setTimeout(conclude, quietMs);
    input.on('data', (chunk: Buffer) => {
      quiet.refresh();
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        clearTimeout(quiet);
        input.pause();
        resolve(undefined);
      }
    });
    input.once('end', conclude);
    input.once('error', conclude);
  });
}
