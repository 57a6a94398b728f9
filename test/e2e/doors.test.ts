import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { pickItem, runCommand } from './support/command-palette.ts';
import { showInterlock } from './support/interlock.ts';
import { answerNotification, notification } from './support/notifications.ts';
import { useSession } from './support/session.ts';

const session = useSession('doors');

beforeAll(() => showInterlock(session().page));

const answerDialog = (page: Page, button: string) =>
  page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();

it('connects an agent after showing what would change, and disconnects it again', async () => {
  const { page, repository } = session();
  const file = join(repository.folder, '.cursor/mcp.json');
  await runCommand(page, 'Interlock: Connect an Agent…');
  await pickItem(page, 'Cursor');
  await pickItem(page, repository.folder);
  await page.locator('.monaco-diff-editor').getByText('mcpServers').first().waitFor();
  expect(existsSync(file)).toBe(false);
  await answerDialog(page, 'Write');
  await notification(page, 'Cursor is connected').waitFor();
  expect(JSON.parse(readFileSync(file, 'utf8')).mcpServers.interlock.args).toContain('mcp');

  await runCommand(page, 'Interlock: Connect an Agent…');
  await pickItem(page, 'Cursor');
  await pickItem(page, repository.folder);
  await answerNotification(page, 'Cursor is connected here already', 'Disconnect');
  await answerDialog(page, 'Write');
  await notification(page, 'no longer connected').waitFor();
  expect(existsSync(file)).toBe(false);
});

it('installs git hooks and takes them away', async () => {
  const { page, repository } = session();
  const hook = join(repository.folder, '.git/hooks/pre-commit');
  await runCommand(page, 'Interlock: Install Git Hooks');
  await notification(page, 'Commits and pushes of this repository are checked').waitFor();
  expect(readFileSync(hook, 'utf8')).toContain('Interlock');
  await runCommand(page, 'Interlock: Remove Git Hooks');
  await notification(page, 'The git hooks are removed').waitFor();
  expect(existsSync(hook)).toBe(false);
});
