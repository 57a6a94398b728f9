import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { type HookedAgent, hookedAgent } from './support/hooked-agent.ts';
import { showInterlock } from './support/interlock.ts';
import { followLink, notification, notifications } from './support/notifications.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import { rows } from './support/views.ts';
import { accessibilityProblems, webviewWith } from './support/webview.ts';

const session = useSession('approval panel', { settings: { 'workbench.colorTheme': 'Dark Modern' } });
const command = 'cd src && rm -rf old docs && git push --force origin main';
let ada: HookedAgent;

beforeAll(async () => {
  await showInterlock(session().page);
  ada = hookedAgent(session(), 'ada', randomUUID());
});

it('shows what a command does step by step, why it is asked, and who asks', async () => {
  const { page } = session();
  const answer = ada.runs(command);
  await followLink(page, command, 'Details…');
  const panel = await webviewWith(page, 'ada asks for approval');
  const steps = panel.getByRole('list', { name: /commands in their order/ });
  await expect
    .poll(() => steps.getByRole('listitem').allInnerTexts())
    .toContainEqual(expect.stringContaining('replacing what is there'));
  expect(await panel.getByRole('region', { name: 'Why you are asked' }).innerText()).toContain(
    'git.force-push',
  );
  expect(await panel.getByRole('region', { name: 'Who and where' }).innerText()).toContain('ada');
  // What is on the screen in full is not told once more over it.
  await expect.poll(() => notifications(page).count()).toBe(0);
  await picture(page, 'approval-panel');

  await panel.getByRole('textbox', { name: 'Reason' }).fill('Robin builds on main: open a pull request');
  await panel.getByRole('button', { name: 'Deny' }).click();
  expect(await answer).toMatchObject({
    decision: 'deny',
    reason: expect.stringContaining('Robin builds on main'),
  });
  await expect.poll(() => panel.getByRole('status').innerText()).toMatch(/^Denied · .*Robin builds on main/);
  expect(await panel.getByRole('button', { name: 'Deny' }).count()).toBe(0);
});

it('has nothing that an examiner of accessibility objects to, and names all that a screen reader reads', async () => {
  const { page } = session();
  const answer = ada.runs('git push -f origin main');
  await (await rows(page, 'Approvals', 'git push -f')).click();
  const panel = await webviewWith(page, 'ada asks for approval');
  await panel.getByRole('button', { name: 'Approve Once' }).waitFor();
  expect(await accessibilityProblems(panel)).toEqual([]);
  const snapshot = await panel.locator('body').ariaSnapshot();
  expect(snapshot).toContain('heading "ada asks for approval" [level=1]');
  for (const name of ['What would be done', 'Step by step', 'Why you are asked', 'What the policies say'])
    expect(snapshot).toContain(`region "${name}"`);
  const before = panel.getByRole('region', { name: 'What this agent did before' });
  await expect.poll(() => before.innerText()).toMatch(/Asked: cd src .*denied it: Robin builds on main/);
  await picture(page, 'approval panel again');
  await panel.getByRole('button', { name: 'Deny' }).click();
  expect(await answer).toMatchObject({ decision: 'deny' });
});

it('takes an answer from the keyboard alone, for a number of minutes', async () => {
  const { page } = session();
  const answer = ada.runs('git push origin --delete main');
  await (await rows(page, 'Approvals', '--delete main')).click();
  const panel = await webviewWith(page, 'ada asks for approval');
  await panel.getByRole('button', { name: 'Approve Once' }).waitFor();
  await expect.poll(() => panel.evaluate<string>('document.activeElement.tagName')).toBe('H1');
  const reached = async () => panel.evaluate<string>('document.activeElement.textContent.trim()');
  for (let tabs = 0; (await reached()) !== 'Approve for'; tabs++) {
    expect(tabs).toBeLessThan(20);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  expect(await answer).toMatchObject({ decision: 'none' });
  await expect.poll(() => panel.getByRole('status').innerText()).toMatch(/^Approved/);
  // The same again needs nobody for as long.
  expect(await ada.runs('git push origin --delete main')).toMatchObject({ decision: 'none' });
});

it('goes to the next request that waits', async () => {
  const { page } = session();
  const first = ada.runs('git push -f origin main~1:main');
  const second = hookedAgent(session(), 'otto').runs('git push --force-with-lease origin main');
  await notification(page, '2 approvals wait').waitFor();
  await (await rows(page, 'Approvals', 'main~1:main')).click();
  const panel = await webviewWith(page, 'ada asks for approval');
  await panel.getByRole('button', { name: 'Approve Once' }).click();
  expect(await first).toMatchObject({ decision: 'none' });
  await panel.getByRole('button', { name: 'Show the other one that waits' }).click();
  await panel.getByRole('heading', { level: 1, name: 'otto asks for approval' }).waitFor();
  await panel.getByRole('button', { name: 'Deny' }).click();
  expect(await second).toMatchObject({ decision: 'deny' });
});
