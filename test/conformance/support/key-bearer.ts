import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Passes everything on to the door as it comes, and adds the API key: the suite has none to give. Host and Origin are the
 * suite's own, since it tests what becomes of them.
 */
export async function carryKey(port: number, key: string): Promise<{ url: string; close(): void }> {
  const carrier = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, 'x-api-key': key };
    const passed = request(
      { host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers, agent: false },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>(resolve => carrier.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(carrier.address() as AddressInfo).port}/mcp`,
    close() {
      carrier.close();
      carrier.closeAllConnections();
    },
  };
}
