import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runNpm } from './npm.ts';

/**
 * Installs the packages of a folder that has a `package.json` and a lock file of its own, without their install
 * scripts, and lets `complete` add what they would have done. Says whether there was anything to do.
 *
 * A half-finished installation is never seen, and two that run at once cannot harm each other: each works in a folder
 * of its own, which is moved into place when it is complete. Nothing is done when what the lock file asks for is there.
 */
export async function installOnce(
  folder: string,
  complete: (modules: string) => Promise<void>,
): Promise<boolean> {
  const wanted = createHash('sha256')
    .update(await readFile(path.join(folder, 'package-lock.json')))
    .digest('hex');
  if (await isComplete(folder, wanted)) return false;
  await removeAbandoned(folder);
  const staging = await mkdtemp(path.join(folder, '.installing-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await cp(path.join(folder, file), path.join(staging, file));
    }
    await runNpm(staging, ['ci', '--ignore-scripts']);
    const modules = path.join(staging, 'node_modules');
    await complete(modules);
    await writeFile(path.join(modules, '.complete'), wanted);
    await moveIntoPlace(folder, staging, wanted);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return true;
}

async function isComplete(folder: string, wanted: string): Promise<boolean> {
  const stamp = path.join(folder, 'node_modules/.complete');
  return (await readFile(stamp, 'utf8').catch(() => undefined)) === wanted;
}

/** An installation that was killed leaves its folder behind; none takes an hour. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const at = path.join(folder, name);
    if (!name.startsWith('.installing-') || (await stat(at)).mtimeMs > Date.now() - 3_600_000) continue;
    await rm(at, { recursive: true, force: true });
  }
}

async function moveIntoPlace(folder: string, staging: string, wanted: string): Promise<void> {
  const installed = path.join(folder, 'node_modules');
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(path.join(staging, 'node_modules'), installed);
    } catch (error) {
      // Something is there: what another process has just finished, or what an older lock file asked for.
      if (await isComplete(folder, wanted)) return;
      if (attempt === 3) throw error;
      await rename(installed, path.join(staging, `replaced-${attempt}`));
    }
  }
}
