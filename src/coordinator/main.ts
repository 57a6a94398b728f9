import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runAsProcess } from './host/process.ts';
import type { StartService } from './host/service.ts';
import { runAsThread } from './host/thread.ts';
import { version } from './version.ts';

/** Loaded only by whoever has become the owner: of many starters all but one end without it. */
const startService: StartService = async hosted => (await import('./service.ts')).startService(hosted);

if (isMainThread || parentPort === null) {
  await runAsProcess({
    args: process.argv.slice(2),
    databaseUrl: process.env.INTERLOCK_DATABASE_URL || undefined,
    version,
    startService,
  });
} else {
  await runAsThread({ ...workerData.interlock, version, parent: parentPort, startService });
}
