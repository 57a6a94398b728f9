import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { pickItem, runCommand } from './support/command-palette.ts';
import { claudeToolUse } from './support/hook.ts';
import { showInterlock } from './support/interlock.ts';
import { answerNotification, notification } from './support/notifications.ts';
import { screenshot } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import { foldOthers, rowAction, rows, rowTexts, unfold } from './support/views.ts';
import { runWrittenHooks } from './support/written-hooks.ts';

const session = useSession('protection');
const protection = 'Policies & Profiles';

let file: string;

beforeAll(async () => {
  const { page, repository } = session();
  file = join(repository.folder, '.claude/settings.local.json');
  await showInterlock(page);
  await foldOthers(page, protection);
  await unfold(await rows(page, protection, /^Protection/));
});

const answerDialog = (page: Page, button: string) =>
  page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();

const claude = (words: RegExp) =>
  expect.poll(() => rowTexts(session().page, protection)).toContainEqual(expect.stringMatching(words));

it('says of an agent that is not connected that nothing guards it, and connects it from there', async () => {
  const { page, repository } = session();
  await claude(/^Claude Code not connected$/);
  await rowAction(await rows(page, protection, /^Claude Code/), 'Connect an Agent');
  await pickItem(page, repository.folder);
  await answerDialog(page, 'Write');
  await notification(page, 'Claude Code is connected').waitFor();
  await claude(/^Claude Code installed, has not called yet .* \.claude\/settings\.local\.json$/);
});

it('says that it is guarded once its hooks have called, which keep a second chat out of a file at once', async () => {
  const { page, repository, run, installedFrom } = session();
  const harness = { file, folder: repository.folder, home: run.home };
  const edit = (chat: string) => {
    const change = { file_path: join(repository.folder, 'src/stock.js'), old_string: 'a', new_string: 'b' };
    return runWrittenHooks(harness, 'PreToolUse', claudeToolUse(chat, 'Edit', change));
  };
  expect(await edit('first chat')).toEqual({});
  expect(await edit('second chat')).toMatchObject({
    permissionDecision: 'deny',
    permissionDecisionReason: expect.stringContaining('src/stock.js is locked by'),
  });
  const seconds = (Date.now() - installedFrom) / 1000;
  console.log(
    `Claude Code: the first edit refused by a lock ${seconds.toFixed(1)} s after the installation began, in 5 steps: install, connect, choose the repository, write, start it`,
  );
  await claude(/^Claude Code guarded, called just now/);
  await screenshot(page, 'protection guarded');
});

it('notices hooks that somebody takes out, says so, and brings them back', async () => {
  const { page } = session();
  const settings = JSON.parse(readFileSync(file, 'utf8'));
  delete settings.hooks.PreToolUse;
  writeFileSync(file, JSON.stringify(settings));
  await notification(page, /hooks of Claude Code .* are not as Interlock wrote them/).waitFor();
  await claude(/^Claude Code hooks altered/);
  await screenshot(page, 'protection altered');
  rmSync(join(file, '..'), { recursive: true });
  await rowAction(await rows(page, protection, /^Claude Code/), 'Restore Hooks');
  await answerDialog(page, 'Write');
  await notification(page, 'The hooks of Claude Code are back').waitFor();
  await claude(/^Claude Code guarded/);
  expect(JSON.parse(readFileSync(file, 'utf8')).hooks).toHaveProperty('PreToolUse');
});

it('notices hooks that were taken out while no window was open, and puts all of it on the record', async () => {
  const { page: first, openWindow } = session();
  await first.close();
  rmSync(file);
  const page = await openWindow();
  await showInterlock(page);
  await answerNotification(page, /hooks of Claude Code were removed/, 'Restore');
  await answerDialog(page, 'Write');
  await notification(page, 'The hooks of Claude Code are back').waitFor();
  await foldOthers(page, 'Activity');
  await expect
    .poll(async () => (await rowTexts(page, 'Activity')).filter(text => /hooks of|connected/.test(text)))
    .toEqual([
      expect.stringMatching(/^The hooks of Claude Code are back/),
      expect.stringMatching(/^The hooks of Claude Code were removed: \.claude\/settings\.local\.json/),
      expect.stringMatching(/^The hooks of Claude Code are back/),
      expect.stringMatching(/^The hooks of Claude Code were altered/),
      expect.stringMatching(/connected Claude Code/),
    ]);
  await screenshot(page, 'protection activity');
});

it('takes what a person disconnects for what it is', async () => {
  const { repository } = session();
  const [page] = session()
    .browser.contexts()
    .flatMap(context => context.pages());
  if (!page) throw new Error('no window is open');
  await runCommand(page, 'Interlock: Connect an Agent…');
  await pickItem(page, 'Claude Code');
  await pickItem(page, repository.folder);
  await answerNotification(page, 'Claude Code is connected here already', 'Disconnect');
  await answerDialog(page, 'Write');
  await notification(page, 'no longer connected').waitFor();
  await expect
    .poll(() => rowTexts(page, 'Activity'))
    .toContainEqual(expect.stringMatching(/disconnected Claude Code/));
  expect(await notification(page, 'were removed').count()).toBe(0);
});
