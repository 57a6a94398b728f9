import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { sign } from '@octokit/webhooks-methods';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOn } from '../support/github/clone.ts';
import { startStandIn } from '../support/github/stand-in.ts';
import { git } from '../support/repository.ts';
import { installedBridge } from './support/bridge.ts';
import { answerInput, pickItem, runCommand } from './support/command-palette.ts';
import { freePort } from './support/free-port.ts';
import { showInterlock } from './support/interlock.ts';
import { connectAgent } from './support/mcp-agent.ts';
import { answerNotification, notification } from './support/notifications.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import { foldOthers, rowAction, rowMenu, rows, rowTexts, widenSideBar } from './support/views.ts';

const token = 'a-token-of-the-tests';
const standIn = await startStandIn();
standIn.tokens.set(token, 'olga');
const shop = standIn.repository('octo/shop');
const listen = await freePort();
let bare: string;

const session = useSession('github', {
  settings: {
    'workbench.colorTheme': 'Dark Modern',
    'interlock.github.address': standIn.address,
    // Where the editor's own sign-in to GitHub Enterprise goes.
    'github-enterprise.uri': standIn.address,
    'interlock.github.pollSeconds': 15,
    'interlock.github.intervalSeconds': 5,
    'interlock.http.listen': String(listen),
  },
  prepare({ folder }) {
    // It is fetched from GitHub, as far as anybody can see, and pushed to a folder.
    bare = git(folder, 'remote', 'get-url', 'origin');
    git(folder, 'remote', 'set-url', 'origin', `${standIn.address}/octo/shop.git`);
    git(folder, 'remote', 'set-url', '--push', 'origin', bare);
  },
});

beforeAll(async () => {
  const { page } = session();
  await showInterlock(page);
  await widenSideBar(page, 260);
});
afterAll(() => standIn.close());

/** What is answered to a delivery that is signed so. */
async function delivered(secret: string): Promise<number> {
  const body = JSON.stringify({ zen: 'Design for failure.' });
  const answer = await fetch(`http://127.0.0.1:${listen}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'ping',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': await sign(secret, body),
    },
    body,
  });
  return answer.status;
}

/** The address of the page that the editor opens in the browser when the act is done. */
async function pageOpenedBy(page: Page, act: () => Promise<unknown>): Promise<string> {
  const [opened] = await Promise.all([page.context().waitForEvent('page', { timeout: 30_000 }), act()]);
  await expect.poll(() => opened.url()).toMatch(/^http/);
  const address = opened.url();
  await opened.close();
  // The editor of the tests is a web page, and reaches ports of its machine through itself.
  return address.replace(/^.*\/proxy\/(\d+)/, 'http://127.0.0.1:$1');
}

it('says that nobody has signed in, and signs in on a click', async () => {
  const { page } = session();
  await foldOthers(page, 'Agents');
  await expect
    .poll(() => rowTexts(page, 'Agents'))
    .toEqual(['GitHub not signed in', 'octo/shop origin · not signed in']);
  await picture(page, 'github-signed-out');
  expect(standIn.asked).toEqual([]);
  await rowAction(await rows(page, 'Agents', /^octo\/shop/), 'Sign In to GitHub…');
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText(/wants to sign in/).waitFor();
  await dialog.getByRole('button', { name: 'Allow' }).click();
  await dialog.getByText('Your Code: 1234-5678').waitFor();
  const opened = await pageOpenedBy(page, () =>
    dialog.getByRole('button', { name: 'Copy & Continue to Browser' }).click(),
  );
  expect(opened).toBe(`${standIn.address}/login/device`);
  await expect
    .poll(() => rowTexts(page, 'Agents'))
    .toContainEqual(expect.stringMatching(/^GitHub octo\/shop$/));
});

it('shows what opens on GitHub: the repository', async () => {
  const { page } = session();
  await expect.poll(() => rowTexts(page, 'Agents')).toContainEqual('octo/shop origin · labels are followed');
  const row = await rows(page, 'Agents', /^octo\/shop/);
  expect(await pageOpenedBy(page, () => rowAction(row, 'Open on GitHub'))).toBe(
    `${standIn.address}/octo/shop`,
  );
});

it('opens the issue whose labels made a lock, and a task', async () => {
  const { page } = session();
  shop.put(7, { title: 'Nobody touches the orders' });
  shop.label(7, 'locked:src/orders.js', 'olga');
  shop.put(8, { title: 'Sell jam' });
  shop.label(8, 'agent:ada', 'olga');
  shop.label(8, 'status:assigned', 'olga');
  const opened = async (view: string, name: string) => {
    await foldOthers(page, view);
    const row = await rows(page, view, name);
    await row.first().waitFor({ timeout: 50_000 });
    return pageOpenedBy(page, () => rowAction(row.first(), 'Open on GitHub'));
  };
  expect(await opened('Locks', 'orders.js')).toBe(`${standIn.address}/octo/shop/issues/7`);
  expect(await opened('Work', 'Sell jam')).toBe(`${standIn.address}/octo/shop/issues/8`);
});

it('takes the secret of the webhook by a command, and what GitHub signs with it', async () => {
  const { page } = session();
  const secret = 'given by a person, in the editor';
  expect(await delivered(secret)).toBe(404);
  await runCommand(page, 'Interlock: Set the GitHub Webhook Secret…');
  await pickItem(page, 'Enter the Secret…');
  const input = page.locator('.quick-input-widget input[type="password"]');
  await input.fill(secret);
  await input.press('Enter');
  await notification(page, /that GitHub signs with this secret are taken/).waitFor();
  await expect.poll(() => delivered(secret), { timeout: 20_000 }).toBe(202);
  expect(await delivered(`${secret}!`)).toBe(401);
  await runCommand(page, 'Interlock: Set the GitHub Webhook Secret…');
  await pickItem(page, 'Forget the Secret');
  await expect.poll(() => delivered(secret), { timeout: 20_000 }).toBe(404);
});

it('makes a branch and a worktree for a task, pushes it, and opens the page of its pull request', async () => {
  const { page, repository, run } = session();
  const agent = await connectAgent(installedBridge(run, repository.folder), 'claude-code');
  const task = await agent.call('submit_work', { task_type: 'implement', description: 'Sell marmalade' });
  await foldOthers(page, 'Work');
  await rowMenu(
    page,
    await rows(page, 'Work', 'Sell marmalade'),
    'Create a Branch and a Worktree for an Agent…',
  );
  await pickItem(page, 'Another agent…');
  await answerInput(page, 'ada');
  await notification(page, /is checked out in/).waitFor();
  const branch = `agent/ada/${task.task_id}`;
  const worktree = path.join(path.dirname(repository.folder), `shop-ada-${task.task_id}`);
  expect(git(worktree, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);

  git(repository.folder, 'worktree', 'remove', worktree);
  commitOn(repository.folder, branch, { 'src/marmalade.js': 'export const marmalade = 1;\n' });
  await foldOthers(page, 'Agents');
  const row = rows(page, 'Agents', branch);
  await (await row).waitFor({ timeout: 40_000 });
  await picture(page, 'github-branch');
  await rowAction(await row, 'Push the Branch…');
  await notification(page, /is pushed to origin/).waitFor();
  expect(git(bare, 'rev-parse', branch)).toBe(git(repository.folder, 'rev-parse', branch));
  const compare = `${standIn.address}/octo/shop/compare/${branch}?expand=1`;
  const fromNotice = () => answerNotification(page, /is pushed to origin/, 'Open Pull Request Page');
  expect(await pageOpenedBy(page, fromNotice)).toBe(compare);
  const fromRow = async () => rowAction(await row, 'Open the Pull Request Page…');
  expect(await pageOpenedBy(page, fromRow)).toBe(compare);
  const fromMenu = async () => rowMenu(page, await row, 'Open on GitHub');
  expect(await pageOpenedBy(page, fromMenu)).toBe(`${standIn.address}/octo/shop/tree/${branch}`);
  await agent.call('end_session');
  await agent.close();
});

it('says what is odd, and that the sign-in is not accepted any more, which it sends no further', async () => {
  const { page, repository } = session();
  standIn.tokens.clear();
  git(repository.folder, 'checkout', '--quiet', '--detach');
  await foldOthers(page, 'Agents');
  await expect
    .poll(() => rowTexts(page, 'Agents'), { timeout: 50_000 })
    .toEqual(
      expect.arrayContaining([
        'GitHub the sign-in is not accepted',
        'octo/shop origin · the sign-in is not accepted',
        expect.stringMatching(/^no branch is checked out/),
      ]),
    );
  await picture(page, 'github-refused');
  const reads = () => standIn.asked.filter(({ what }) => what.startsWith('GET /repos/'));
  const before = reads().length;
  await runCommand(page, 'Interlock: Refresh');
  await expect.poll(() => rowTexts(page, 'Agents')).toContainEqual(expect.stringMatching(/sign-in/));
  expect(reads()).toHaveLength(before);
});
