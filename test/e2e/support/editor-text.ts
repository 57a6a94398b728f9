import type { Page } from 'playwright-core';

/** The lines that the active text editor shows, with its spaces as spaces. */
export async function editorText(page: Page): Promise<string> {
  const lines = page.locator('.editor-group-container.active .monaco-editor .view-lines .view-line');
  return (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
}

/** Replaces a text of the active text editor by finding it, as a person does. */
export async function replaceInEditor(page: Page, before: string, after: string): Promise<void> {
  await page.locator('.editor-group-container.active .monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+F');
  const find = page.locator('.editor-group-container.active .find-widget textarea[aria-label="Find"]');
  await find.fill(before);
  await find.press('Enter');
  // Escape may close something else first, such as a notification; the text has the keyboard once the widget has gone.
  const widget = page.locator('.editor-group-container.active .find-widget.visible');
  await widget.locator('.codicon-widget-close').click();
  await widget.waitFor({ state: 'detached' });
  // Typed over a selection, a quote would be put around it.
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(after);
}
