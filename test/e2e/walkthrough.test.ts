import { expect, it } from 'vitest';
import { pickItem, runCommand } from './support/command-palette.ts';
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

const steps = [
  ['Connect an agent', 'Connect an Agent…'],
  ['See a lock', 'Show Locks'],
  ['Approve something', 'Show Approvals'],
  ['Say what agents may do', 'Show Policies & Profiles'],
  ['See it at work', 'Show Demo'],
] as const;

it.each(steps)('%s: its button does what it says, and the step is done', async (title, button) => {
  const { page } = session();
  const step = page.locator('.getting-started-step', { hasText: title }).first();
  if (!((await step.getAttribute('class')) ?? '').includes('expanded')) await step.click();
  const image = page.locator('.getting-started-media img');
  await expect
    .poll(() => image.evaluate(shown => ('naturalWidth' in shown ? shown.naturalWidth : 0)))
    .toBeGreaterThan(0);
  await picture(page, `walkthrough ${title}`);
  await step.getByRole('button', { name: button }).click();
  await page
    .locator('.getting-started-step', { hasText: title })
    .locator('.codicon-getting-started-step-checked')
    .waitFor();
  await page.keyboard.press('Escape');
});
