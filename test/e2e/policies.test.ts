import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { answerInput, pickItem, quickInput, runCommand } from './support/command-palette.ts';
import { editorText, replaceInEditor } from './support/editor-text.ts';
import { type HookedAgent, hookedAgent } from './support/hooked-agent.ts';
import { showInterlock } from './support/interlock.ts';
import { notification } from './support/notifications.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import {
  fold,
  foldOthers,
  rowAction,
  rowMenu,
  rows,
  rowTexts,
  unfold,
  viewAction,
  viewMenu,
  widenSideBar,
} from './support/views.ts';

const session = useSession('policies', {
  settings: { 'workbench.colorTheme': 'Dark Modern', 'editor.autoClosingQuotes': 'never' },
});
const forcePush = 'git push -f origin main';
let ada: HookedAgent;

beforeAll(async () => {
  await showInterlock(session().page);
  await widenSideBar(session().page, 220);
  ada = hookedAgent(session(), 'ada', randomUUID());
});

it('shows below an agent what its session is allowed, and asks again once that is revoked', async () => {
  const { page } = session();
  const first = ada.runs(forcePush);
  await notification(page, forcePush).waitFor();
  await rowMenu(page, await rows(page, 'Approvals', forcePush), 'Approve for the Session');
  expect(await first).toMatchObject({ decision: 'none' });
  expect(await ada.runs(forcePush)).toMatchObject({ decision: 'none' });
  await foldOthers(page, 'Agents');
  await expect.poll(() => rowTexts(page, 'Agents')).toEqual([expect.stringMatching(/^ada .*1 grant/)]);
  await unfold(await rows(page, 'Agents', 'ada'));
  const grant = await rows(page, 'Agents', /^replaces the published history/);
  await picture(page, 'grants');
  await rowAction(grant, 'Revoke');
  await quickInput(page).waitFor();
  await answerInput(page, 'main is protected now');
  await expect
    .poll(() => rowTexts(page, 'Agents'))
    .toEqual([expect.not.stringContaining('grant'), expect.stringMatching(/trust/)]);

  const again = ada.runs(forcePush);
  await notification(page, forcePush).waitFor();
  await rowAction(await rows(page, 'Approvals', forcePush), 'Deny');
  expect(await again).toMatchObject({ decision: 'deny' });
});

it('forbids agents a host that a person does not want them to reach', async () => {
  const { page } = session();
  await foldOthers(page, 'Policies & Profiles');
  await viewMenu(page, 'Policies & Profiles', 'Add a Network Rule…');
  await answerInput(page, '*.example.com');
  await pickItem(page, 'Forbid');
  await answerInput(page, 'Nothing to look for there');
  await unfold(await rows(page, 'Policies & Profiles', 'Network'));
  await expect.poll(() => rowTexts(page, 'Policies & Profiles')).toContainEqual('*.example.com forbidden');
  await picture(page, 'network');
  const answer = await ada.runs('curl https://shop.example.com/prices');
  expect(answer).toMatchObject({ decision: 'deny', reason: expect.stringContaining('example.com') });
});

it('shows the guardrails, opens the project’s own at their line, and makes one stricter for a reason', async () => {
  const { page, repository } = session();
  await mkdir(path.join(repository.folder, '.interlock'));
  const own =
    'version: 1\nrules:\n  - id: no-curl\n    argv: curl\n    severity: block\n    why: Use fetch.\n';
  await writeFile(path.join(repository.folder, '.interlock/guardrails.yaml'), own);
  await foldOthers(page, 'Policies & Profiles');
  await viewAction(page, 'Policies & Profiles', 'Refresh');
  await unfold(await rows(page, 'Policies & Profiles', /^Guardrails/));
  await expect.poll(() => rowTexts(page, 'Policies & Profiles')).toContainEqual('no-curl refused');
  await (await rows(page, 'Policies & Profiles', 'no-curl')).click();
  await expect.poll(() => editorText(page)).toContain('id: no-curl');
  await page.locator('.statusbar-item', { hasText: /Ln 3, Col 1/ }).waitFor();

  await unfold(await rows(page, 'Policies & Profiles', 'Commits and work in git'));
  await rowAction(await rows(page, 'Policies & Profiles', 'git.force-push'), 'Change Rule…');
  await pickItem(page, 'refused');
  await answerInput(page, 'Nobody does that here');
  await expect
    .poll(() => rowTexts(page, 'Policies & Profiles'))
    .toContainEqual(expect.stringMatching(/^git\.force-push refused.* changed by /));
  await picture(page, 'guardrails');
  expect(await ada.runs(forcePush)).toMatchObject({ decision: 'deny' });
  await rm(path.join(repository.folder, '.interlock'), { recursive: true });
  // Trees show only the rows that there is room for.
  await fold(await rows(page, 'Policies & Profiles', /^Guardrails/));
});

it('suspends an agent, whose calls are refused until the person lets it go on', async () => {
  const { page } = session();
  await foldOthers(page, 'Agents');
  await rowMenu(page, await rows(page, 'Agents', /^ada/), 'Suspend…');
  await answerInput(page, 'It goes in circles');
  // What is known of the agent stands below it, which an earlier test has unfolded.
  await expect.poll(() => rowTexts(page, 'Agents')).toContainEqual(expect.stringMatching(/^ada suspended/));
  expect(await ada.runs('ls')).toMatchObject({
    decision: 'deny',
    reason: expect.stringContaining('suspended'),
  });
  await picture(page, 'suspended');
  await rowAction(await rows(page, 'Agents', /^ada/), 'Let Go On');
  await answerInput(page, 'It has a new task');
  await expect
    .poll(async () => (await rowTexts(page, 'Agents')).filter(text => text.includes('suspended')))
    .toEqual([]);
  expect(await ada.runs('ls')).toMatchObject({ decision: 'none' });
});

it('puts a profile in force that the person edits and saves, for a reason', async () => {
  const { page } = session();
  await foldOthers(page, 'Policies & Profiles');
  await (await rows(page, 'Policies & Profiles', /^codex_cloud_worker/)).click();
  await expect.poll(() => editorText(page)).toContain('"trust_level": 2');
  await replaceInEditor(page, '"trust_level": 2', '"trust_level": 1');
  await page.keyboard.press('Control+S');
  await answerInput(page, 'It reads for now');
  await expect
    .poll(() => rowTexts(page, 'Policies & Profiles'))
    .toContainEqual(expect.stringMatching(/^codex_cloud_worker trust 1/));
  await picture(page, 'policies');

  // Once more in the same editor, which has not read the file again.
  await replaceInEditor(page, '"max_file_modifications": 50', '"max_file_modifications": 40');
  await page.keyboard.press('Control+S');
  await answerInput(page, 'Fewer files are enough');
  await expect
    .poll(() => rowTexts(page, 'Policies & Profiles'))
    .toContainEqual(expect.stringMatching(/^codex_cloud_worker trust 1 .* 40 files$/));
});

it('keeps as a draft what is saved without a reason', async () => {
  const { page } = session();
  await replaceInEditor(page, '"trust_level": 1', '"trust_level": 4');
  await page.keyboard.press('Control+S');
  await quickInput(page).waitFor();
  await quickInput(page).press('Escape');
  await notification(page, 'codex_cloud_worker was kept as a draft').waitFor();
  expect(await rowTexts(page, 'Policies & Profiles')).toContainEqual(
    expect.stringMatching(/^codex_cloud_worker trust 1/),
  );
  await runCommand(page, 'Interlock: Discard Draft');
  await expect.poll(() => editorText(page)).toContain('"trust_level": 1');
});

it('marks what is wrong with a policy where it is, and puts a good one in force', async () => {
  const { page } = session();
  await foldOthers(page, 'Policies & Profiles');
  await viewAction(page, 'Policies & Profiles', 'Add a Policy');
  await answerInput(page, 'ask-before-migrations');
  await expect.poll(() => editorText(page)).toContain('migrations/*');
  await replaceInEditor(page, 'resource.path', 'resource.pat');
  await page.locator('.monaco-editor .squiggly-error').first().waitFor();
  await replaceInEditor(page, 'resource.pat', 'resource.path');
  await page.locator('.monaco-editor .squiggly-error').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+S');
  await answerInput(page, 'Migrations are hard to take back');
  await expect
    .poll(() => rowTexts(page, 'Policies & Profiles'))
    .toContainEqual(expect.stringMatching(/^ask-before-migrations version 1/));
  await picture(page, 'policy');
});

it('shows what each version of a policy changed, and goes back to one', async () => {
  const { page } = session();
  await replaceInEditor(page, 'principal.trust < 3', 'principal.trust < 4');
  await page.keyboard.press('Control+S');
  await answerInput(page, 'Nobody without a person');
  const row = await rows(page, 'Policies & Profiles', /^ask-before-migrations/);
  await row.filter({ hasText: 'version 2' }).waitFor();
  await rowAction(row, 'History');
  await pickItem(page, 'Version 2: changed');
  await page.locator('.tabs-container .tab.active', { hasText: 'version 1 → 2' }).waitFor();
  const diff = page.locator('.editor-group-container.active .monaco-diff-editor');
  await expect.poll(async () => (await diff.innerText()).replaceAll('\u00a0', ' ')).toContain('trust < 4');
  await diff.locator('.char-insert').first().waitFor();
  await picture(page, 'policy history');
  await rowAction(row, 'History');
  const first = page
    .locator('.quick-input-widget .monaco-list-row')
    .filter({ hasText: 'Version 1: created' });
  await rowAction(first, 'Roll Back to This');
  // The list of versions has an input of its own, which is not the one to answer in.
  await page.locator('.quick-input-widget', { hasText: 'Back to Version 1' }).waitFor();
  await answerInput(page, 'Trust 3 is enough');
  await row.filter({ hasText: 'version 3' }).waitFor();
  await row.click();
  await expect.poll(() => editorText(page)).toContain('principal.trust < 3');
});
