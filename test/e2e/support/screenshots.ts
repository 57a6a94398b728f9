import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { picturesFolder, resultsFolder } from './machine.ts';

/** A path in `test-results/e2e`, from any name. */
export function resultPath(name: string): string {
  return path.join(resultsFolder, name.replace(/[^\w.-]+/g, '-'));
}

/** Takes a picture of a window or of a part of it into `test-results/e2e/<name>.png` and returns its path. */
export async function screenshot(target: Page | Locator, name: string): Promise<string> {
  const file = newFile(name);
  await target.screenshot({ path: file, animations: 'disabled' });
  return file;
}

function newFile(name: string): string {
  const file = `${resultPath(name)}.png`;
  mkdirSync(path.dirname(file), { recursive: true });
  return file;
}

/**
 * Takes a picture for people to look at: `test-results/e2e/picture-<name>.png`, and a copy where pictures are wanted.
 * @param height how much of a part is shown, in pixels from its top
 */
export async function picture(page: Page, name: string, part?: Locator, height?: number): Promise<void> {
  const box = await part?.boundingBox();
  const clip = box ? { ...box, height: height ?? box.height } : undefined;
  const file = newFile(`picture ${name}`);
  await page.screenshot({ path: file, animations: 'disabled', ...(clip ? { clip } : {}) });
  if (picturesFolder === undefined) return;
  mkdirSync(picturesFolder, { recursive: true });
  copyFileSync(file, path.join(picturesFolder, `${name}.png`));
}
