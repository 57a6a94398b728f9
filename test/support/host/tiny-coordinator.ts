import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runAsProcess } from '../../../src/coordinator/host/process.ts';
import type { StartService } from '../../../src/coordinator/host/service.ts';
import { runAsThread } from '../../../src/coordinator/host/thread.ts';
import { runWithBrokenClaim } from './broken-claim.ts';
import { startTinyService } from './tiny-service.ts';

const { TINY_PORT = '0', TINY_FAILURE, TINY_CLAIM, INTERLOCK_DATABASE_URL } = process.env;
const version = '0.0.0-tiny';

const startService: StartService = async hosted => {
  if (TINY_FAILURE !== undefined) throw new Error(TINY_FAILURE);
  return startTinyService(hosted, Number(TINY_PORT));
};

if (TINY_CLAIM === 'broken') await runWithBrokenClaim(process.argv.slice(2), Number(TINY_PORT));
else if (isMainThread || !parentPort) {
  await runAsProcess({
    args: process.argv.slice(2),
    databaseUrl: INTERLOCK_DATABASE_URL,
    version,
    startService,
  });
} else {
  await runAsThread({ ...workerData.interlock, version, parent: parentPort, startService });
}
