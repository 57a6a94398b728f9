import { beforeAll, expect, it } from 'vitest';
import { installedBridge } from './support/bridge.ts';
import { openFile } from './support/command-palette.ts';
import { hookedAgent } from './support/hooked-agent.ts';
import { showInterlock } from './support/interlock.ts';
import { connectAgent, type McpAgent } from './support/mcp-agent.ts';
import { dismissNotification, followLink, notification, notifications } from './support/notifications.ts';
import { useSession } from './support/session.ts';
import { rowTexts } from './support/views.ts';

const session = useSession('edits');
let ada: McpAgent;

beforeAll(async () => {
  const { page, run, repository } = session();
  await showInterlock(page);
  ada = await connectAgent(
    installedBridge(run, repository.folder, { INTERLOCK_AGENT_ID: 'ada' }),
    'claude-code',
  );
  return () => ada.close();
});

it('keeps an agent out of a file that another one holds, and says who, since when, until when and why', async () => {
  await ada.call('acquire_lock', { file_path: 'src/pricing.js', reason: 'a fifth off from fifty pieces on' });
  const { decision, reason } = await hookedAgent(session(), 'otto').edits('src/pricing.js');
  expect(decision).toBe('deny');
  expect(reason).toMatch(
    /src\/pricing\.js is locked by ada since \S+, until \S+ \(“a fifth off from fifty pieces on”\)/,
  );
  expect(reason).toContain('Work on another file');
  await expect
    .poll(() => rowTexts(session().page, 'Activity'))
    .toContainEqual(expect.stringMatching(/otto .*src\/pricing\.js/));
});

it('gives a file that is free to the agent that edits it first', async () => {
  expect(await hookedAgent(session(), 'otto').edits('src/server.js')).toMatchObject({ decision: 'none' });
  await expect
    .poll(() => rowTexts(session().page, 'Locks'))
    .toContainEqual(expect.stringMatching(/^server\.js otto/));
  expect(await ada.call('acquire_lock', { file_path: 'src/server.js' })).toMatchObject({
    success: false,
    locked_by: 'otto',
  });
});

it('asks before an agent writes a file in which somebody has unsaved changes', async () => {
  const { page } = session();
  await openFile(page, 'src/stock.js');
  await typeAtTop(page, '// count the jars again\n');
  await expect.poll(() => rowTexts(page, 'Locks')).toContainEqual(expect.stringMatching(/^stock\.js/));

  const answer = hookedAgent(session(), 'otto').edits('src/stock.js');
  await notification(page, /otto asks: edit .*src\/stock\.js/).waitFor();
  await followLink(page, 'src/stock.js', 'Approve');
  expect(await answer).toMatchObject({ decision: 'none' });
});

it('warns once who types into a file that an agent holds', async () => {
  const { page } = session();
  await ada.call('acquire_lock', { file_path: 'src/orders.js', reason: 'jam comes in jars' });
  await openFile(page, 'src/orders.js');
  await typeAtTop(page, '// mine\n');
  const warning = /ada holds this file since .*: jam comes in jars/;
  await notification(page, warning).waitFor();
  await dismissNotification(page, warning);
  await expect.poll(() => notifications(page).count()).toBe(0);

  await typeAtTop(page, '// mine again\n');
  await page.keyboard.press('Control+S');
  await expect
    .poll(() => page.locator('.tabs-container .tab.dirty', { hasText: 'orders.js' }).count())
    .toBe(0);
  expect(await notifications(page).count()).toBe(0);
});

async function typeAtTop(page: ReturnType<typeof session>['page'], text: string): Promise<void> {
  await page.locator('.editor-instance .view-lines').first().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(text);
}
