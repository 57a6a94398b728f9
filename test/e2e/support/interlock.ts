import type { Locator, Page } from 'playwright-core';
import { statusItem } from './status-bar.ts';
import { showContainer } from './views.ts';

/** The product's item in the status bar. */
export function interlockStatus(page: Page): Locator {
  return statusItem(page, 'interlock.interlock.interlock.status');
}

/** Shows the product's views, and returns when it is connected to its coordinator and at rest. */
export async function showInterlock(page: Page): Promise<void> {
  await showContainer(page, 'Interlock');
  await interlockStatus(page).and(page.locator('[aria-label*=" agent"]')).waitFor({ timeout: 60_000 });
}
