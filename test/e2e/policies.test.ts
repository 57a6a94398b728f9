import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { answerInput, pickItem, quickInput } from './support/command-palette.ts';
import { type HookedAgent, hookedAgent } from './support/hooked-agent.ts';
import { showInterlock } from './support/interlock.ts';
import { notification } from './support/notifications.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import {
  foldOthers,
  rowAction,
  rowMenu,
  rows,
  rowTexts,
  unfold,
  viewMenu,
  widenSideBar,
} from './support/views.ts';

const session = useSession('policies', { settings: { 'workbench.colorTheme': 'Dark Modern' } });
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
  await expect.poll(() => rowTexts(page, 'Agents')).toEqual([expect.not.stringContaining('grant')]);

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
