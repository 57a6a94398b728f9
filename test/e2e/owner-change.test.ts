import { afterAll, expect, it } from 'vitest';
import { installedBridge, runBridge } from './support/bridge.ts';
import { hookedAgent } from './support/hooked-agent.ts';
import { showInterlock } from './support/interlock.ts';
import { connectAgent, type McpAgent } from './support/mcp-agent.ts';
import { followLink } from './support/notifications.ts';
import { useSession } from './support/session.ts';
import { rowTexts } from './support/views.ts';

const session = useSession('owner change');
let ada: McpAgent;
let page: ReturnType<typeof session>['page'];

afterAll(() => ada.close());

it('goes on for agents when the window that runs the coordinator is closed', async () => {
  page = session().page;
  await showInterlock(page);
  ada = await connectAgent(bridgeOf('ada'), 'claude-code');
  await ada.call('acquire_lock', { file_path: 'src/orders.js', reason: 'jam comes in jars' });
  const window = await owner();

  await page.close();
  await expect.poll(async () => (await owner()).pid, { timeout: 30_000 }).not.toBe(window.pid);
  expect(await ada.call('check_locks', {})).toMatchObject({
    locks: [{ file_path: 'src/orders.js', locked_by: 'ada' }],
  });
});

it('shows everything again in the next window, which joins the coordinator that runs', async () => {
  const before = await owner();
  page = await session().openWindow();
  await showInterlock(page);
  await expect.poll(() => rowTexts(page, 'Locks')).toContainEqual(expect.stringMatching(/^orders\.js .*ada/));
  await expect.poll(() => rowTexts(page, 'Agents')).toEqual([expect.stringMatching(/^ada .*1 lock/)]);
  expect(await owner()).toEqual(before);
});

it('recovers when the coordinator is killed: locks, views, agents and approvals', async () => {
  const { pid } = await owner();
  process.kill(pid, 'SIGKILL');
  const killed = Date.now();
  // A question is asked again of the next owner. What might have been done twice would be told to the agent instead.
  await ada.call('check_locks');
  console.log(`an agent was answered ${Date.now() - killed} ms after its coordinator was killed`);
  expect((await owner()).pid).not.toBe(pid);
  await ada.call('acquire_lock', { file_path: 'docs/api.md', reason: 'a new route' });
  await expect
    .poll(() => rowTexts(page, 'Locks'))
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^api\.md .*ada/),
        expect.stringMatching(/^orders\.js .*ada/),
      ]),
    );

  const answer = hookedAgent(session(), 'otto').runs('git push -f origin main');
  await followLink(page, 'git push -f origin main', 'Approve');
  expect(await answer).toMatchObject({ decision: 'none' });
});

/** The process that owns the store, as the command line tells it. */
async function owner(): Promise<{ readonly pid: number; readonly generation: number }> {
  const { code, stdout, stderr } = await runBridge(bridgeOf('nobody'), ['status', '--json']);
  if (code !== 0) throw new Error(`status ended with ${code}: ${stdout}${stderr}`);
  const { pid, generation } = JSON.parse(stdout).owner;
  return { pid, generation };
}

function bridgeOf(name: string) {
  const { run, repository } = session();
  return installedBridge(run, repository.folder, { INTERLOCK_AGENT_ID: name });
}
