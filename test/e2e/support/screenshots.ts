import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { resultsFolder } from './machine.ts';

/** A path in `test-results/e2e`, from any name. */
export function resultPath(name: string): string {
  return path.join(resultsFolder, name.replace(/[^\w.-]+/g, '-'));
}

/** Takes a picture of a window or of a part of it into `test-results/e2e/<name>.png` and returns its path. */
export async function screenshot(target: Page | Locator, name: string): Promise<string> {
  const file = `${resultPath(name)}.png`;
  mkdirSync(path.dirname(file), { recursive: true });
  await target.screenshot({ path: file, animations: 'disabled' });
  return file;
}
