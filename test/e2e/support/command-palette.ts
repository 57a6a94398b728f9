import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Runs a command by its whole title in the palette, for example `Interlock: Show Locks`. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const label = page.locator('.label-name').getByText(title, { exact: true });
  const row = page.locator('.quick-input-widget .monaco-list-row').filter({ has: label }).first();
  // Contributions appear while the editor starts; the palette lists what is known when it opens, hence the retry.
  for (let attempt = 0; ; attempt++) {
    await page.keyboard.press('F1');
    const input = quickInput(page);
    await input.waitFor();
    await input.fill(`>${title}`);
    const listed = await row.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
    if (listed) break;
    await page.keyboard.press('Escape');
    if (attempt === 3) throw new Error(`The command palette does not list "${title}".`);
  }
  await row.click();
}

/** Opens a file of the workspace by its path from there, as Ctrl+P does. */
export async function openFile(page: Page, path: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  await page.keyboard.press('Control+P');
  const input = quickInput(page);
  await input.waitFor();
  await input.fill(path);
  await pickItem(page, name);
  await page.locator('.tabs-container .tab', { hasText: name }).waitFor();
}

/** Chooses an entry of the open quick pick. */
export async function pickItem(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: text }).first().click();
}

/**
 * Types an answer into the input box that comes, and confirms it. The same field serves what was asked before and what is
 * asked next: it is written into once it asks for a text, and left once it has taken it.
 */
export async function answerInput(page: Page, text: string): Promise<void> {
  const input = quickInput(page);
  await page.locator('.quick-input-message:visible', { hasText: "Press 'Enter' to confirm" }).waitFor();
  await input.fill(text);
  await input.press('Enter');
  await expect.poll(async () => (await input.isVisible()) && (await input.inputValue()) === text).toBe(false);
}

/** The text field of the open quick pick or input box. */
export function quickInput(page: Page) {
  return page.locator('.quick-input-widget:not([style*="display: none"]) input[type="text"]').first();
}
