import type { Browser, Page } from 'playwright-core';
import type { Editor } from './editor.ts';

/**
 * Opens a window of the editor on its workspace and returns when the workbench stands. Each call makes a browser
 * context of its own, so the editor sees two separate windows, each with its own extension host.
 */
export async function openWindow(browser: Browser, editor: Editor, url = editor.url): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  await workbenchReady(page);
  return page;
}

/** Loads the window again, as `Developer: Reload Window` does: a new extension host, the same workspace. */
export async function reloadWindow(page: Page): Promise<void> {
  await page.reload();
  await workbenchReady(page);
}

async function workbenchReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
}
