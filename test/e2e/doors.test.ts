import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { atTerminal } from '../support/bridge/terminal.ts';
import { answerInput, pickItem, runCommand } from './support/command-palette.ts';
import { freePort } from './support/free-port.ts';
import { showInterlock } from './support/interlock.ts';
import { answerNotification, notification } from './support/notifications.ts';
import { useSession } from './support/session.ts';

const port = await freePort();
const session = useSession('doors', { settings: { 'interlock.http.listen': `127.0.0.1:${port}` } });

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

it('answers over HTTP where the setting says so, to the holder of a key that an admitted person made', async () => {
  const { page, repository, run } = session();
  const home = join(run.home, '.local/share/interlock');
  const around = { home, cwd: repository.folder, variables: { HOME: run.home } };
  const passphrase = 'correct horse battery';
  // In a store that has an operator, a person at a terminal is admitted by them.
  const asked = await atTerminal(['login', '--name', 'Olga'], around, [
    ['Passphrase for Olga', passphrase],
    ['Once more', passphrase],
    ['Type yes', 'yes'],
  ]);
  await runCommand(page, 'Interlock: Admit an Operator…');
  await answerInput(page, /\{"name":"Olga".*\}/.exec(asked)?.[0] ?? asked);
  await answerDialog(page, 'Admit Olga');
  const make = ['keys', 'create', '--name', 'ci', '--agent-id', 'otto', '--agent-type', 'codex'];
  const said = await atTerminal(make, around, [['Your passphrase', passphrase]]);
  const [key = said] = /ilk\.[0-9a-f-]{36}\.[\w-]{43}/.exec(said) ?? [];
  const call = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/api/v1/check_locks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    });
  expect((await call({})).status).toBe(401);
  const answered = await call({ 'x-api-key': key });
  expect([answered.status, await answered.json()]).toEqual([200, expect.objectContaining({ locks: [] })]);
});
