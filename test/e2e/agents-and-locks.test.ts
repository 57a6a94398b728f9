import { afterEach, expect, it } from 'vitest';
import { installedBridge } from './support/bridge.ts';
import { openFile } from './support/command-palette.ts';
import { decorationBadge, decorationText, explorerEntry, tabBadge } from './support/explorer.ts';
import { interlockStatus, showInterlock } from './support/interlock.ts';
import { connectAgent, type McpAgent } from './support/mcp-agent.ts';
import { useSession } from './support/session.ts';
import { rowTexts, showContainer } from './support/views.ts';

const session = useSession('agents and locks');
const agents = new Set<McpAgent>();

afterEach(async () => {
  for (const agent of agents) await leave(agent);
});

it('shows an agent as soon as it connects, and what it works on', async () => {
  const { page } = session();
  await showInterlock(page);
  const ada = await agentCalled('ada', 'claude-code');
  await ada.call('heartbeat', { current_task: 'sell jam' });
  await expect.poll(() => rowTexts(page, 'Agents')).toContainEqual(expect.stringMatching(/^ada .*sell jam/));
});

it('shows a lock in the view, in the explorer and on the tab, until it is released', async () => {
  const { page } = session();
  const ada = await agentCalled('ada', 'claude-code');
  await openFile(page, 'src/orders.js');
  await ada.call('acquire_lock', { file_path: 'src/orders.js', reason: 'jam comes in jars' });

  await showContainer(page, 'Interlock');
  await expect
    .poll(() => rowTexts(page, 'Locks'))
    .toContainEqual(expect.stringMatching(/^orders\.js ada .*jam comes in jars/));
  await expect.poll(() => tabBadge(page, 'orders.js')).toContain('AD');
  const entry = await explorerEntry(page, 'src/orders.js');
  await expect.poll(() => decorationBadge(entry)).toContain('AD');
  await expect.poll(() => decorationText(entry)).toMatch(/ada holds this file.*jam comes in jars/);

  await ada.call('release_lock', { file_path: 'src/orders.js' });
  await expect.poll(() => decorationBadge(entry)).toBe('');
  await expect.poll(() => tabBadge(page, 'orders.js')).toBe('');
  await showContainer(page, 'Interlock');
  await expect.poll(() => rowTexts(page, 'Locks')).toEqual([]);
});

it('refuses a second agent the file that the first one holds, with all it needs to go on', async () => {
  const ada = await agentCalled('ada', 'claude-code');
  const otto = await agentCalled('otto', 'codex');
  await ada.call('acquire_lock', { file_path: 'src/stock.js', reason: 'we sell jam now' });

  const refusal = await otto.call('acquire_lock', { file_path: 'src/stock.js' });
  expect(refusal).toMatchObject({
    success: false,
    reason: 'locked_by_other',
    locked_by: 'ada',
    lock_reason: 'we sell jam now',
    suggestion: expect.stringContaining('wait_seconds'),
  });
  await expect.poll(() => rowTexts(session().page, 'Locks')).toHaveLength(2);

  await ada.call('release_lock', { file_path: 'src/stock.js' });
  expect(await otto.call('acquire_lock', { file_path: 'src/stock.js' })).toMatchObject({ success: true });
  await expect
    .poll(() => rowTexts(session().page, 'Locks'))
    .toContainEqual(expect.stringMatching(/^stock\.js otto/));
});

it('counts agents and locks in the status bar', async () => {
  const { page } = session();
  const ada = await agentCalled('ada', 'claude-code');
  await ada.call('acquire_lock', { paths: ['src/server.js', 'docs/api.md'], reason: 'a new route' });
  await interlockStatus(page).and(page.locator('[aria-label="Interlock: 1 agent, 2 locks"]')).waitFor();
});

it('removes an agent that leaves, and what it held', async () => {
  const { page } = session();
  await agentCalled('otto', 'codex');
  const ada = await agentCalled('ada', 'claude-code');
  await ada.call('acquire_lock', { file_path: 'README.md', reason: 'a better start' });
  await expect.poll(() => rowTexts(page, 'Locks')).toContainEqual(expect.stringMatching(/^README\.md ada/));
  await leave(ada);
  await expect.poll(() => rowTexts(page, 'Agents')).toEqual([expect.stringMatching(/^otto/)]);
  await expect.poll(() => rowTexts(page, 'Locks')).toEqual([]);
});

async function agentCalled(name: string, client: string): Promise<McpAgent> {
  const { run, repository } = session();
  const bridge = installedBridge(run, repository.folder, { INTERLOCK_AGENT_ID: name });
  const agent = await connectAgent(bridge, client);
  agents.add(agent);
  return agent;
}

/** A connection that merely breaks keeps its session for a minute, for the agent may come back. */
async function leave(agent: McpAgent): Promise<void> {
  agents.delete(agent);
  await agent.call('end_session');
  await agent.close();
}
