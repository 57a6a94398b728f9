import type { Locator, Page } from 'playwright-core';
import { runCommand } from './command-palette.ts';
import type { ScriptedModel, Step } from './scripted-model.ts';

/** Brings the chat to life with the scripted model chosen. Once per window; takes some seconds. */
export async function prepareChat(page: Page): Promise<void> {
  // Opening the models editor activates the bundled chat agent and makes it look for models.
  await runCommand(page, 'Chat: Manage Language Models');
  const timeout = 60_000;
  await page.locator('.models-widget', { hasText: 'Scripted Model' }).waitFor({ timeout });
  await page.locator('.interactive-input-part', { hasText: 'Scripted Model' }).waitFor({ timeout });
  await page.locator('.monaco-modal-editor-block .codicon-close').first().click();
}

/** Types a prompt that makes the model play the steps. Each scenario of a window needs a name of its own. */
export async function startScenario(
  page: Page,
  model: ScriptedModel,
  scenario: string,
  steps: readonly Step[],
): Promise<void> {
  model.learn(scenario, steps);
  await typePrompt(page, `SCENARIO:${scenario} please`);
}

/** Types something into the chat and sends it. */
export async function typePrompt(page: Page, prompt: string): Promise<void> {
  const input = page.locator('.interactive-input-part .monaco-editor').last();
  await input.click();
  await page.keyboard.type(prompt);
  await input.locator('.view-lines', { hasText: prompt.split(' ', 1)[0] ?? '' }).waitFor();
  await page.keyboard.press('Enter');
}

/** Waits until the model has played all steps of the scenario. */
export async function scenarioDone(page: Page, scenario: string, timeout = 40_000): Promise<void> {
  await page
    .locator('.interactive-session', { hasText: `DONE:${scenario}` })
    .first()
    .waitFor({ timeout });
}

/** A button that the chat shows, such as `Allow`; the newest one when there are several. */
export function chatButton(page: Page, name: string | RegExp): Locator {
  return page.locator('.interactive-session').getByRole('button', { name }).last();
}

/** Starts a new conversation: a new session for the hooks and the tools. */
export async function newChat(page: Page): Promise<void> {
  await page.locator('.auxiliarybar .action-label[aria-label^="New Chat"]').first().click();
  await page.locator('.interactive-session .interactive-response').first().waitFor({ state: 'detached' });
}
