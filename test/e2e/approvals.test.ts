import { beforeAll, expect, it } from 'vitest';
import { answerInput } from './support/command-palette.ts';
import { hookedAgent } from './support/hooked-agent.ts';
import { interlockStatus, showInterlock } from './support/interlock.ts';
import { answerNotification, followLink, notification, notifications } from './support/notifications.ts';
import { useSession } from './support/session.ts';
import { statusKind } from './support/status-bar.ts';
import { containerBadge, rowAction, rowMenu, rows, rowTexts } from './support/views.ts';

const session = useSession('approvals');
const forcePush = 'git push -f origin main';

beforeAll(() => showInterlock(session().page));

it('lets a command go on when the person approves it from the notification', async () => {
  const { page } = session();
  const answer = hookedAgent(session(), 'ada').runs(forcePush);
  await notification(page, /ada asks: git push -f origin main/).waitFor();
  await expect
    .poll(() => rowTexts(page, 'Approvals'))
    .toEqual([expect.stringMatching(/^git push -f origin main .*waits 0:\d\d.*ada/)]);
  await expect.poll(() => containerBadge(page, 'Interlock')).toBe(1);
  await followLink(page, forcePush, 'Approve');
  expect(await answer).toMatchObject({ decision: 'none', reason: '' });
  await expect.poll(() => containerBadge(page, 'Interlock')).toBe(0);
});

it('tells the agent why it may not, in the words of the person who denied it', async () => {
  const { page } = session();
  const answer = hookedAgent(session(), 'ada').runs(forcePush);
  await notification(page, forcePush).waitFor();
  await rowMenu(page, await rows(page, 'Approvals', forcePush), 'Deny with a Reason…');
  await answerInput(page, 'Robin builds on this branch: push a new one');
  expect(await answer).toMatchObject({
    decision: 'deny',
    reason: expect.stringContaining('Robin builds on this branch: push a new one'),
  });
});

it('denies from the notification too', async () => {
  const { page } = session();
  const answer = hookedAgent(session(), 'ada').runs('git push --force-with-lease origin main');
  await followLink(page, 'git push --force-with-lease', 'Deny');
  expect(await answer).toMatchObject({ decision: 'deny' });
});

it('decides nothing when the notification is put aside', async () => {
  const { page } = session();
  let answered = false;
  const answer = hookedAgent(session(), 'ada').runs(forcePush);
  answer.then(() => {
    answered = true;
  });
  await notification(page, forcePush).waitFor();
  await answerNotification(page, forcePush, 'Decide Later');
  await expect.poll(() => notifications(page).count()).toBe(0);
  const row = await rows(page, 'Approvals', forcePush);
  expect(await row.count()).toBe(1);
  expect(answered).toBe(false);
  await rowAction(row, 'Approve Once');
  expect(await answer).toMatchObject({ decision: 'none' });
});

it('folds several requests into one notification, and says in the status bar how many wait', async () => {
  const { page } = session();
  const first = hookedAgent(session(), 'ada').runs(forcePush);
  await notification(page, forcePush).waitFor();
  const second = hookedAgent(session(), 'otto').runs('git push origin --delete main');
  await notification(page, '2 approvals wait for you').waitFor();
  await expect.poll(() => notifications(page).count()).toBe(1);
  await expect.poll(() => containerBadge(page, 'Interlock')).toBe(2);
  const status = interlockStatus(page);
  await expect.poll(() => status.innerText()).toContain('2 approvals wait');
  await expect.poll(() => statusKind(status)).toBe('warning');

  await rowAction(await rows(page, 'Approvals', 'git push origin --delete main'), 'Deny');
  expect(await second).toMatchObject({ decision: 'deny' });
  await followLink(page, forcePush, 'Approve');
  expect(await first).toMatchObject({ decision: 'none' });
  await expect.poll(() => statusKind(status)).toBe('plain');
});

it('shows the same in two windows of one person, and what is decided in one is gone in the other', async () => {
  const { page, openWindow } = session();
  const other = await openWindow();
  await showInterlock(other);
  const answer = hookedAgent(session(), 'ada').runs(forcePush);
  await notification(page, forcePush).waitFor();
  await notification(other, forcePush).waitFor();
  await followLink(other, forcePush, 'Approve');
  expect(await answer).toMatchObject({ decision: 'none' });
  for (const window of [page, other]) {
    await expect.poll(() => notifications(window).count()).toBe(0);
    await expect.poll(() => rowTexts(window, 'Approvals')).toEqual([]);
    await expect.poll(() => containerBadge(window, 'Interlock')).toBe(0);
  }
  await other.close();
});

it('asks nobody about a command that only speaks of something dangerous', async () => {
  const { page } = session();
  const answer = await hookedAgent(session(), 'ada').runs('git commit -m "why rm -rf / is bad"');
  expect(answer).toMatchObject({ decision: 'none', reason: '' });
  expect(await notifications(page).count()).toBe(0);
});
