import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { pickItem, quickInput, runCommand } from './support/command-palette.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';

const session = useSession('walkthrough', { settings: { 'workbench.colorTheme': 'Dark Modern' } });

it('is listed by the editor, with a picture for each step', async () => {
  const { page } = session();
  await runCommand(page, 'Welcome: Open Walkthrough...');
  await pickItem(page, 'Several agents in one repository');
  await page.locator('.gettingStartedContainer .getting-started-step').first().waitFor();
  expect(await page.locator('.getting-started-step').count()).toBe(5);
  await picture(page, 'walkthrough');
});

/** Each step by its title, with its button and what has to be on the screen after it was pressed. */
const steps: readonly [title: string, button: string, seen: (page: Page) => Promise<void>][] = [
  ['Connect an agent', 'Connect an Agent…', connectsAnAgent],
  ['See a lock', 'Show Locks', page => isOpen(page, 'Locks')],
  ['Approve something', 'Show Approvals', page => isOpen(page, 'Approvals')],
  ['Say what agents may do', 'Show Policies & Profiles', page => isOpen(page, 'Policies & Profiles')],
  ['See it at work', 'Show Demo', opensAnotherWindow],
];

it.each(steps)('%s: its button does what it says, and the step is done', async (title, button, seen) => {
  const { page } = session();
  const step = page.locator('.getting-started-step', { hasText: title }).first();
  await step.locator('.step-title').click();
  // A chosen step takes the keyboard a moment later, and would take it from what its button opens.
  await expect.poll(() => step.evaluate(chosen => chosen === chosen.ownerDocument.activeElement)).toBe(true);
  const image = page.locator('.getting-started-media img');
  await expect
    .poll(() => image.evaluate(shown => ('naturalWidth' in shown ? shown.naturalWidth : 0)))
    .toBeGreaterThan(0);
  await picture(page, `walkthrough ${title}`);
  await Promise.all([seen(page), step.getByRole('button', { name: button }).click()]);
  await step.locator('.codicon-getting-started-step-checked').waitFor();
});

async function connectsAnAgent(page: Page): Promise<void> {
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Claude Code' }).first().waitFor();
  // In the walkthrough the same key leads back to the list of all walkthroughs.
  await quickInput(page).press('Escape');
  await quickInput(page).waitFor({ state: 'hidden' });
}

async function isOpen(page: Page, title: string): Promise<void> {
  await page.locator(`.pane-header[aria-label^="${title}"][aria-expanded="true"]`).waitFor();
}

async function opensAnotherWindow(page: Page): Promise<void> {
  const demo = await page.context().waitForEvent('page', { timeout: 60_000 });
  await demo.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
}
