import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { installedBridge } from './support/bridge.ts';
import { answerInput, pickItem, quickInput } from './support/command-palette.ts';
import { editorText } from './support/editor-text.ts';
import { showInterlock } from './support/interlock.ts';
import { connectAgent, type McpAgent } from './support/mcp-agent.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import {
  containerBadge,
  foldOthers,
  rowAction,
  rowMenu,
  rows,
  rowTexts,
  unfold,
  view,
  viewAction,
  widenSideBar,
} from './support/views.ts';

const session = useSession('work', { settings: { 'workbench.colorTheme': 'Dark Modern' } });
const agents: McpAgent[] = [];

beforeAll(async () => {
  const { page } = session();
  await showInterlock(page);
  await widenSideBar(page, 220);
  await foldOthers(page, 'Work');
});

afterEach(async () => {
  for (const agent of agents.splice(0)) {
    await agent.call('end_session');
    await agent.close();
  }
});

it('takes a task from a person, and hands it to the agent that asks for work', async () => {
  const { page } = session();
  await viewAction(page, 'Work', 'Add Work…');
  await pickItem(page, 'review');
  await answerInput(page, 'Read the pricing rules once more');
  await pickItem(page, /^2/);
  await expect
    .poll(() => rowTexts(page, 'Work'))
    .toContainEqual(expect.stringMatching(/^Read the pricing rules/));
  expect(await rowTexts(page, 'Work')).toContainEqual('Ready 1');

  const ada = await agentCalled('ada');
  const claimed = await ada.call('get_work');
  expect(claimed).toMatchObject({ success: true, description: 'Read the pricing rules once more' });
  await expect
    .poll(() => rowTexts(page, 'Work'))
    .toContainEqual(expect.stringMatching(/ada · 1[45] min left · #\d+ · review/));
  await ada.call('complete_work', { id: claimed.task_id, success: true, result: { rules: 'are right' } });
  await expect.poll(() => rowTexts(page, 'Work')).toEqual(['Ended 1']);

  await unfold(await rows(page, 'Work', 'Ended'));
  await (await rows(page, 'Work', 'Read the pricing rules')).click();
  await expect.poll(() => editorText(page)).toContain('"rules": "are right"');
});

it('shows what a task waits for and what waits for it', async () => {
  const { page } = session();
  const olive = await agentCalled('olive');
  const submit = async (task_type: string, description: string, fields = {}) =>
    (await olive.call('submit_work', { task_type, description, ...fields })).task_id;
  const parser = await submit('implement', 'Write the parser for orders');
  const tests = await submit('test', 'Test the parser with odd orders', { depends_on: [parser] });
  await submit('review', 'Review parser and tests', { depends_on: [parser, tests], priority: 2 });
  await submit('document', 'Describe the order format', { depends_on: [parser], priority: 8 });
  await expect.poll(() => rowTexts(page, 'Work')).toContainEqual('Waiting for others 3');
  await unfold(await rows(page, 'Work', 'Review parser and tests'));
  await expect
    .poll(() => rowTexts(page, 'Work'))
    .toEqual(
      expect.arrayContaining([expect.stringMatching(/^after #\d+ Write the parser for orders pending/)]),
    );
  await picture(page, 'work', await view(page, 'Work'));
  await picture(page, 'work whole');
});

it('changes the priority of a task, and cancels one with what depends on it', async () => {
  const { page } = session();
  const row = await rows(page, 'Work', /^Describe the order format/);
  await rowMenu(page, row, 'Change Priority…');
  await pickItem(page, /^1goes first/);
  await expect
    .poll(() => rowTexts(page, 'Work'))
    .toContainEqual(expect.stringMatching(/Describe the order.*priority 1$/));
  await rowAction(await rows(page, 'Work', /^Write the parser for orders/), 'Cancel Task');
  await quickInput(page).waitFor();
  await answerInput(page, 'We buy the parser');
  await expect.poll(() => rowTexts(page, 'Work')).not.toContainEqual(expect.stringContaining('Waiting'));
});

it('shows a task that a guardrail keeps from a worker, and hands it on once the person releases it', async () => {
  const { page, repository } = session();
  await appendFile(path.join(repository.folder, 'README.md'), 'Closed on Mondays.');
  await repository.git('stash');
  const olive = await agentCalled('olive');
  const otto = await agentCalled('otto', 'codex');
  await olive.call('submit_work', {
    task_type: 'implement',
    description: 'Start over: `git stash clear`, and write it anew.',
  });
  expect(await otto.call('get_work')).toMatchObject({ success: false });
  await expect.poll(() => rowTexts(page, 'Work')).toContainEqual('Held: somebody has to decide 1');
  await expect.poll(() => containerBadge(page, 'Interlock')).toBe(1);
  await picture(page, 'work held');

  await rowAction(await rows(page, 'Work', /^Start over/), 'Release');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Release', exact: true }).click();
  await expect.poll(() => containerBadge(page, 'Interlock')).toBe(0);
  expect(await otto.call('get_work')).toMatchObject({ success: true });
});

async function agentCalled(name: string, type = 'strands_orchestrator'): Promise<McpAgent> {
  const { run, repository } = session();
  const environment = { INTERLOCK_AGENT_ID: name, INTERLOCK_AGENT_TYPE: type };
  const agent = await connectAgent(installedBridge(run, repository.folder, environment), type);
  agents.push(agent);
  return agent;
}
