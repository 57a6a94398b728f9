import { request } from 'node:http';
import { protocol, protocolHeader, retirePath } from '../handshake.ts';

const patienceMs = 5_000;

/**
 * Asks an owner to end. Resolves with true where it agreed; it then still takes until its claim is released.
 * An owner that is gone already, or ending, counts as not agreeing: look at its claim.
 */
export function askToRetire(address: string, reason: string): Promise<boolean> {
  return new Promise(resolve => {
    const asked = request({
      socketPath: address,
      method: 'POST',
      path: `${retirePath}?reason=${encodeURIComponent(reason)}`,
      headers: { [protocolHeader]: protocol, connection: 'close' },
      agent: false,
    });
    asked.once('response', response => {
      response.resume();
      resolve(response.statusCode === 202);
    });
    asked.once('error', () => resolve(false));
    // An owner that is suspended does not answer, and does not make room either.
    asked.setTimeout(patienceMs, () => asked.destroy(new Error('it does not answer')));
    asked.end();
  });
}
