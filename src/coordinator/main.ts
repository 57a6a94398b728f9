import { setFlagsFromString } from 'node:v8';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runAsProcess } from './host/process.ts';
import type { StartService } from './host/service.ts';
import { runAsThread } from './host/thread.ts';
import { version } from './version.ts';

/** Loaded only by whoever has become the owner: of many starters all but one end without it. */
const startService: StartService = async hosted => {
  const { loadPgliteAssets } = await import('./database/pglite-assets.ts');
  const { readAsset } = await import('./assets.ts');
  // Other threads decompress and compile the database while this one reads the service, which takes as long.
  const pglite = hosted.databaseUrl === undefined ? loadPgliteAssets(readAsset) : undefined;
  // Whoever opens the store hears of it.
  pglite?.catch(() => undefined);
  return (await import('./service.ts')).startService(hosted, pglite);
};

const secrets = {
  webhookSecret: process.env.INTERLOCK_GITHUB_WEBHOOK_SECRET,
  formerWebhookSecret: process.env.INTERLOCK_GITHUB_WEBHOOK_FORMER_SECRET,
};

if (isMainThread || parentPort === null) {
  // V8 recompiles hot WebAssembly on all cores at once, and each of its threads keeps the memory it took: 75 MB on two
  // cores. In a window's thread the flag is left alone, since it would be that of the whole editor process.
  setFlagsFromString('--wasm-num-compilation-tasks=1');
  const databaseUrl = process.env.INTERLOCK_DATABASE_URL || undefined;
  const [home, task, ...named] = process.argv.slice(2);
  if (task === '--store-task') {
    const { runStoreTask } = await import('./store-task.ts');
    const target = process.env.INTERLOCK_MIGRATE_TO || undefined;
    await runStoreTask({ home: home ?? '', databaseUrl, target, version, task: named });
  } else {
    const http = {
      listen: process.env.INTERLOCK_HTTP_LISTEN,
      hosts: process.env.INTERLOCK_HTTP_HOSTS,
      origins: process.env.INTERLOCK_HTTP_ORIGINS,
      requestsPerMinute: process.env.INTERLOCK_HTTP_REQUESTS_PER_MINUTE,
      ...secrets,
    };
    const token = process.env.INTERLOCK_GITHUB_TOKEN || undefined;
    const github =
      token === undefined ? undefined : { token, address: process.env.INTERLOCK_GITHUB_ADDRESS || undefined };
    await runAsProcess({ args: process.argv.slice(2), databaseUrl, http, github, version, startService });
  }
} else {
  await runAsThread({ ...secrets, ...workerData.interlock, version, parent: parentPort, startService });
}
