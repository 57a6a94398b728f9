import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { installedBridge } from './support/bridge.ts';
import { openFile } from './support/command-palette.ts';
import { decorationBadge, explorerEntry } from './support/explorer.ts';
import { type HookedAgent, hookedAgent } from './support/hooked-agent.ts';
import { showInterlock } from './support/interlock.ts';
import { connectAgent, type McpAgent } from './support/mcp-agent.ts';
import { followLink, notification } from './support/notifications.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import { containerBadge, rowTexts, view, widenSideBar } from './support/views.ts';
import { webviewWith } from './support/webview.ts';

/** The pictures of the README and the docs, of the product at work. `test/e2e/README.md` says how to renew them. */
const session = useSession('pictures', {
  settings: {
    'workbench.colorTheme': 'Dark Modern',
    'editor.minimap.enabled': false,
    'window.commandCenter': false,
    'window.title': 'Corner shop',
  },
});

interface Agent {
  readonly mcp: McpAgent;
  readonly hook: HookedAgent;
}

const agents: Agent[] = [];

beforeAll(async () => {
  const { page } = session();
  await page.setViewportSize({ width: 1320, height: 1060 });
  await showInterlock(page);
  await widenSideBar(page, 170);
  return async () => {
    for (const { mcp } of agents) await mcp.close();
  };
});

it('shows three agents at work, and a force push that waits for a person', async () => {
  const { page } = session();
  const ada = await agentAt('ada', 'claude-code', 'discounts for large orders');
  const otto = await agentAt('otto', 'codex', 'sell jam');
  const mira = await agentAt('mira', 'copilot', 'document the API');
  await ada.mcp.call('acquire_lock', {
    paths: ['src/pricing.js', 'test/pricing.test.js'],
    reason: 'a fifth off from fifty pieces on',
  });
  await otto.mcp.call('acquire_lock', { file_path: 'src/stock.js', reason: 'jam comes in jars' });
  await mira.mcp.call('acquire_lock', { file_path: 'docs/api.md', reason: 'examples for every route' });
  await mira.mcp.call('acquire_lock', {
    file_path: 'src/server.js',
    mode: 'shared',
    reason: 'reading the routes',
  });
  const tests = await mira.mcp.call('submit_work', {
    task_type: 'test',
    description: 'Test orders of more than fifty pieces',
    priority: 3,
  });
  await mira.mcp.call('submit_work', {
    task_type: 'review',
    description: 'Review the discount with its tests',
    depends_on: [tests.task_id],
  });
  expect(await otto.hook.edits('src/pricing.js')).toMatchObject({
    decision: 'deny',
  });
  for (const file of ['src/stock.js', 'src/orders.js', 'src/pricing.js']) await openFile(page, file);

  const answer = ada.hook.runs('git push --force origin main');
  await notification(page, 'git push --force origin main').waitFor();
  await expect.poll(() => rowTexts(page, 'Approvals')).toHaveLength(1);
  await expect.poll(() => rowTexts(page, 'Locks')).toHaveLength(8);
  await expect.poll(() => rowTexts(page, 'Work')).toHaveLength(4);
  await expect
    .poll(() => rowTexts(page, 'Agents'))
    .toContainEqual(expect.stringMatching(/^ada waits for you/));
  await expect.poll(() => containerBadge(page, 'Interlock')).toBe(1);
  await picture(page, 'at-work');
  for (const title of ['Approvals', 'Agents', 'Locks', 'Work', 'Activity']) {
    await picture(page, title.toLowerCase(), await view(page, title));
  }

  await followLink(page, 'git push --force origin main', 'Details…');
  const panel = await webviewWith(page, 'ada asks for approval');
  await panel.getByRole('region', { name: 'What this agent did before' }).waitFor();
  await picture(page, 'approval-panel');
  await panel.getByRole('button', { name: 'Deny' }).click();
  expect(await answer).toMatchObject({ decision: 'deny' });
});

it('marks in the explorer what is held, and by whom', async () => {
  const { page } = session();
  const held = { 'docs/api.md': 'MI', 'src/pricing.js': 'AD', 'src/server.js': 'MI', 'src/stock.js': 'OT' };
  for (const [file, badge] of Object.entries(held)) {
    const entry = await explorerEntry(page, file);
    await expect.poll(() => decorationBadge(entry)).toContain(badge);
  }
  await picture(page, 'explorer', page.locator('.part.sidebar'), 290);
});

async function agentAt(name: string, client: string, task: string): Promise<Agent> {
  const { run, repository } = session();
  const chat = randomUUID();
  const environment = { INTERLOCK_AGENT_ID: name, INTERLOCK_SESSION_ID: chat };
  const mcp = await connectAgent(installedBridge(run, repository.folder, environment), client);
  const agent = { mcp, hook: hookedAgent(session(), name, chat) };
  agents.push(agent);
  await mcp.call('heartbeat', { current_task: task });
  return agent;
}
