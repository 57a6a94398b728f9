import type { Page } from 'playwright-core';

/** The lines that the active text editor shows, with its spaces as spaces. */
export async function editorText(page: Page): Promise<string> {
  const lines = page.locator('.editor-group-container.active .monaco-editor .view-lines .view-line');
  return (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
}
