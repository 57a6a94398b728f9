import { connect } from 'node:net';
import { notExecutedHeader, protocol, protocolHeader } from '../handshake.ts';
import { folderIdentity, highestClaim, socketOf } from '../host/claim.ts';
import { claimFolder } from '../host/folder.ts';

export interface QuickCall {
  readonly home: string;
  readonly databaseUrl?: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body: unknown;
  /** The coordinator must have shown that it is at work on the request, in milliseconds. */
  readonly acknowledgedMs: number;
  /** It must have answered. */
  readonly timeoutMs: number;
}

export type QuickOutcome =
  | { readonly status: number; readonly body: unknown }
  /** Nobody could be asked, or it is not known what became of the request: `connectOrStart` finds out. */
  | 'unsure'
  /** Somebody listens and is not at work, or did not finish in time. Asking again would only take longer. */
  | 'stuck';

/** An answer with a longer head is not one of ours, in bytes. */
const longestHead = 16_384;

/**
 * Posts one request to whoever owns the store now, for callers that live for one call. It spares them `node:http` and
 * the handshake, which cost more than the call itself, and speaks no more of HTTP than our coordinator's plain answers
 * need. It starts nobody, and never throws.
 */
export async function postQuickly(call: QuickCall): Promise<QuickOutcome> {
  const address = await addressOf(call).catch(() => undefined);
  return address === undefined ? 'unsure' : exchange(address, call);
}

async function addressOf({ home, databaseUrl }: QuickCall): Promise<string | undefined> {
  const folder = await claimFolder(home, databaseUrl);
  const claim = highestClaim(folder);
  if (!claim || claim.released !== undefined || claim.folder !== folderIdentity(folder)) return undefined;
  return socketOf(folder, claim);
}

function exchange(
  address: string,
  { path, body, acknowledgedMs, timeoutMs }: QuickCall,
): Promise<QuickOutcome> {
  return new Promise(resolve => {
    const socket = connect(address);
    const chunks: Buffer[] = [];
    const settle = (outcome: QuickOutcome) => {
      clearTimeout(acknowledgement);
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const acknowledgement = setTimeout(() => settle('stuck'), acknowledgedMs);
    const timer = setTimeout(() => settle('stuck'), timeoutMs);
    socket.once('error', () => settle('unsure'));
    socket.once('close', () => settle('unsure'));
    socket.on('data', chunk => {
      clearTimeout(acknowledgement);
      chunks.push(chunk);
      const outcome = read(Buffer.concat(chunks));
      if (outcome !== 'incomplete') settle(outcome);
    });
    const text = JSON.stringify(body);
    socket.write(
      [
        `POST ${path} HTTP/1.1`,
        'host: interlock',
        'connection: close',
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(text)}`,
        `${protocolHeader}: ${protocol}`,
        '',
        text,
      ].join('\r\n'),
    );
  });
}

/** Reads what has come so far: interim answers, one head, and a body of the length that the head says. */
function read(received: Buffer): QuickOutcome | 'incomplete' {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return received.length > longestHead ? 'unsure' : 'incomplete';
  const head = received.subarray(0, end).toString('latin1');
  const rest = received.subarray(end + 4);
  const status = Number(/^HTTP\/1\.1 ([1-5]\d\d)\b/.exec(head)?.[1]);
  if (status >= 100 && status < 200) return read(rest);
  const length = Number(/^content-length: *(\d+)\r?$/im.exec(head)?.[1]);
  if (Number.isNaN(status) || Number.isNaN(length) || head.toLowerCase().includes(notExecutedHeader))
    return 'unsure';
  if (rest.length < length) return 'incomplete';
  try {
    return { status, body: JSON.parse(rest.subarray(0, length).toString('utf8')) };
  } catch {
    return 'unsure';
  }
}
