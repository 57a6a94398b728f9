import type { Locator, Page } from 'playwright-core';

/** Known in the browser, where the function that uses it runs; the rest of this project has no browser's types. */
declare const getComputedStyle: (element: unknown, pseudoElement: string) => { readonly content: string };

/** A file or folder in the explorer by its path from the workspace, for example `src/orders.ts`. */
export async function explorerEntry(page: Page, path: string): Promise<Locator> {
  await page.locator('.activitybar .action-label[aria-label^="Explorer"]').first().waitFor();
  if (!(await page.locator('.explorer-folders-view').isVisible()))
    await page.keyboard.press('Control+Shift+E');
  const parts = path.split('/');
  for (const [depth, name] of parts.entries()) {
    const row = entryAt(page, depth + 1, name);
    await row.waitFor();
    const isFolder = depth < parts.length - 1;
    if (isFolder && (await row.getAttribute('aria-expanded')) === 'false') await row.click();
  }
  return entryAt(page, parts.length, parts.at(-1) ?? path);
}

/** The badge that decorations put on an entry, such as `L`; an empty text when there is none. */
export function decorationBadge(entry: Locator): Promise<string> {
  return badgeOf(entry.locator('.monaco-icon-label').first());
}

/** What decorations say about an entry, as its hover shows it: `Locked by …`; an empty text when they say nothing. */
export async function decorationText(entry: Locator): Promise<string> {
  const label = (await entry.locator('.monaco-icon-label').first().getAttribute('aria-label')) ?? '';
  return label.split(' • ').slice(1).join(' • ');
}

/** The badge on the tab of an open file. */
export function tabBadge(page: Page, name: string): Promise<string> {
  return badgeOf(page.locator('.tabs-container .tab .monaco-icon-label', { hasText: name }).first());
}

/** Badges are drawn by style rules alone, so the text is asked of the drawn label. */
async function badgeOf(label: Locator): Promise<string> {
  const content = await label.evaluate(element => getComputedStyle(element, '::after').content);
  return content === 'none' ? '' : content.replace(/^"|"$/g, '');
}

function entryAt(page: Page, level: number, name: string): Locator {
  return page
    .locator(`.explorer-folders-view .monaco-list-row[aria-level="${level}"]`)
    .filter({ has: page.locator(`.label-name`, { hasText: new RegExp(`^${escaped(name)}$`) }) });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
