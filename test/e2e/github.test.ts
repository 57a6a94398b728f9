import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOn } from '../support/github/clone.ts';
import { startStandIn } from '../support/github/stand-in.ts';
import { git } from '../support/repository.ts';
import { installedBridge } from './support/bridge.ts';
import { answerInput, pickItem, runCommand } from './support/command-palette.ts';
import { showInterlock } from './support/interlock.ts';
import { connectAgent } from './support/mcp-agent.ts';
import { answerNotification, notification } from './support/notifications.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import { foldOthers, rowAction, rowMenu, rows, rowTexts, widenSideBar } from './support/views.ts';

const token = 'a-token-of-the-tests';
const standIn = await startStandIn();
standIn.tokens.set(token, 'olga');
standIn.repository('octo/shop');
let bare: string;

const session = useSession('github', {
  settings: {
    'workbench.colorTheme': 'Dark Modern',
    'interlock.github.address': standIn.address,
    // Where the editor's own sign-in to GitHub Enterprise goes.
    'github-enterprise.uri': standIn.address,
    'interlock.github.pollSeconds': 15,
    'interlock.github.intervalSeconds': 5,
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
