import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { oldestProtocol, protocol } from '../../../src/coordinator/handshake.ts';
import { type Claim, claimFile, folderIdentity } from '../../../src/coordinator/host/claim.ts';
import { createFront } from '../../../src/coordinator/host/front.ts';
import { identifyThisProcess } from '../../../src/coordinator/host/process-identity.ts';
import { startTinyService } from './tiny-service.ts';

/**
 * What most programs do, and what is wrong: if nobody answers, remove the socket file and listen in its
 * place. Two that find it dead at the same time both do so, and the second removes the socket of the first.
 * It is here to show that the checks of the ownership test find two owners where there are two.
 */
export async function runWithBrokenClaim(args: readonly string[], port: number): Promise<void> {
  const home = args[args.indexOf('--home') + 1] ?? '';
  const socket = join(home, 'run', 'fixed.sock');
  mkdirSync(join(home, 'run'), { recursive: true });
  if (await answers(socket)) return;
  rmSync(socket, { force: true });
  const front = createFront({ onRetire: () => undefined });
  await listen(front.server, socket);
  const generation = Date.now();
  const holder = await identifyThisProcess();
  const claim: Claim = {
    format: 1,
    generation: 1,
    token: String(process.pid),
    socket: 'run/fixed.sock',
    folder: folderIdentity(home),
    holder,
    mode: 'detached',
    version: 'broken',
    startedAt: '',
  };
  const draft = join(home, `broken-${process.pid}`);
  writeFileSync(draft, JSON.stringify(claim));
  renameSync(draft, claimFile(home, 1));
  const service = await startTinyService({ home, generation }, port);
  front.open(service, {
    version: 'broken',
    protocol,
    oldestProtocol,
    schemaVersion: 1,
    owner: { pid: process.pid, generation, mode: 'detached', startedAt: '' },
    store: home,
  });
}

function answers(socket: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect(socket, () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
}
