import type { Locator, Page } from 'playwright-core';

/** The status bar item that an extension contributed under this id, such as `interlock.interlock.state`. */
export function statusItem(page: Page, id: string): Locator {
  return page.locator(`.part.statusbar .statusbar-item[id="${id}"]`);
}

/** The status bar item whose text or spoken label contains the text. */
export function statusItemWith(page: Page, text: string | RegExp): Locator {
  return page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
}

/** Whether a status bar item asks for attention by its background. */
export async function statusKind(item: Locator): Promise<'plain' | 'warning' | 'error'> {
  const classes = (await item.getAttribute('class')) ?? '';
  if (classes.includes('error-kind')) return 'error';
  return classes.includes('warning-kind') ? 'warning' : 'plain';
}
