import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Editor } from './editor.ts';

/**
 * A person's profile of the editor: its windows share settings, layout and secret storage, which the web build keeps
 * in the browser. Another profile is another person, or the same one at another machine.
 */
export function newProfile(browser: Browser): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1440, height: 900 } });
}

/** Opens a window of the editor on its workspace, with an extension host of its own, and waits for the workbench. */
export async function openWindow(profile: BrowserContext, editor: Editor): Promise<Page> {
  const page = await profile.newPage();
  // What takes longer than this in an editor that runs will not come; waiting for it hides which step failed.
  page.setDefaultTimeout(30_000);
  await page.goto(editor.url, { timeout: 60_000 });
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
