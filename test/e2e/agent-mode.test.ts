import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { chatButton, newChat, scenarioDone, startScenario, typePrompt } from './support/chat.ts';
import { answerInput } from './support/command-palette.ts';
import { showInterlock } from './support/interlock.ts';
import { followLink, notification, notifications } from './support/notifications.ts';
import type { Step } from './support/scripted-model.ts';
import { useSession } from './support/session.ts';
import { rowMenu, rows, rowTexts } from './support/views.ts';
import { webviewWith } from './support/webview.ts';

const session = useSession('agent mode', {
  agentMode: true,
  // More than any scenario needs but the one that is about it.
  settings: {
    'github.copilot.chat.summarizeAgentConversationHistoryThreshold': 34_000,
    'interlock.mcp.toolSets': ['locks'],
  },
});

beforeAll(() => showInterlock(session().page));

it('takes the lock of a file that the editor’s own agent edits, in the session of its tool calls', async () => {
  const { page, model, repository } = session();
  const file = path.join(repository.folder, 'src/pricing.js');
  const price = { filePath: file, oldString: 'honey: 710', newString: 'honey: 720' };
  await startScenario(page, model, 'edit', [
    { calls: [{ tool: 'acquire_lock$', input: { file_path: 'src/stock.js', reason: 'we sell jam now' } }] },
    { calls: [{ tool: '^replace_string_in_file$', input: price }] },
    { calls: [{ tool: 'check_locks$', input: {} }] },
  ]);
  await chatButton(page, /^Allow/).click();
  await scenarioDone(page, 'edit');
  expect(await readFile(file, 'utf8')).toContain('honey: 720');
  const seconds = (Date.now() - session().installedFrom) / 1000;
  console.log(
    `VS Code's agent: its first edit under a lock ${seconds.toFixed(1)} s after the installation began, in 2 steps: install, prompt`,
  );

  const [taken = '', , seen = ''] = model.requests('edit').at(-1)?.results ?? [];
  expect(JSON.parse(taken)).toMatchObject({ success: true });
  const { locks } = JSON.parse(seen) as { locks: { file_path: string; session_id: string }[] };
  expect(locks.map(lock => lock.file_path).sort()).toEqual(['src/pricing.js', 'src/stock.js']);
  expect(new Set(locks.map(lock => lock.session_id)).size).toBe(1);
});

it('offers the model the tools of the chosen sets alone, and those that belong to each', () => {
  const offered = session().model.requests('edit')[0]?.tools ?? [];
  const ours = offered.filter(tool => tool.startsWith('mcp_interlock_')).map(tool => tool.slice(14));
  expect(ours).toEqual(expect.arrayContaining(['acquire_lock', 'check_locks', 'wait_for_approval']));
  expect(ours.filter(tool => /work|task|remember|recall|handoff|polic|audit/.test(tool))).toEqual([]);
});

it('keeps what the agent asked for by name when its turn ends, and frees what it merely wrote', async () => {
  const { page } = session();
  await expect
    .poll(() => rowTexts(page, 'Locks'))
    .toEqual([expect.stringMatching(/^src/), expect.stringMatching(/^stock\.js .*we sell jam now/)]);
});

it('does not run a force push that the person denies, and tells the model why', async () => {
  const { page, model, repository } = session();
  await repository.git('commit', '--amend', '--message', 'Another history');
  const published = await headOfRemote();
  await startScenario(page, model, 'denied', [terminal('git push -f origin main')]);
  await notification(page, 'git push -f origin main').waitFor();
  await rowMenu(page, await rows(page, 'Approvals', 'git push -f origin main'), 'Deny with a Reason…');
  await answerInput(page, 'Robin builds on this branch');
  await scenarioDone(page, 'denied');
  expect(model.requests('denied').at(-1)?.results).toEqual([
    expect.stringMatching(/Tool execution denied: .*Robin builds on this branch/),
  ]);
  expect(await headOfRemote()).toBe(published);
});

it('runs the force push that the person approves', async () => {
  const { page, model, repository } = session();
  await newChat(page);
  await startScenario(page, model, 'approved', [terminal('git push --force origin main')]);
  await followLink(page, 'git push --force origin main', 'Approve');
  await chatButton(page, /^Allow/).click();
  await scenarioDone(page, 'approved');
  expect(await headOfRemote()).toBe(await repository.git('rev-parse', 'HEAD'));
});

it('runs a harmless command without asking Interlock’s person', async () => {
  const { page, model, repository } = session();
  const made = path.join(repository.folder, 'made-by-terminal.txt');
  await startScenario(page, model, 'harmless', [terminal(`echo jam > ${made}`)]);
  await chatButton(page, /^Allow/).click();
  await scenarioDone(page, 'harmless');
  expect(await readFile(made, 'utf8')).toBe('jam\n');
  expect(await notifications(page).filter({ hasText: 'echo jam' }).count()).toBe(0);
});

it('does not write a file that the person does not want written, and tells the model why', async () => {
  const { page, model, repository } = session();
  const file = path.join(repository.folder, '.claude/settings.json');
  await startScenario(page, model, 'edit-denied', [create(file, '{"model":"a"}\n')]);
  await followLink(page, '.claude/settings.json', 'Details…');
  const panel = await webviewWith(page, /asks for approval/);
  await panel.getByRole('textbox', { name: 'Reason' }).fill('We agreed on those settings');
  await panel.getByRole('button', { name: 'Deny' }).click();
  await scenarioDone(page, 'edit-denied');
  expect(model.requests('edit-denied').at(-1)?.results).toEqual([
    expect.stringMatching(/Tool execution denied: .*We agreed on those settings/),
  ]);
  expect(existsSync(file)).toBe(false);
});

it('writes the file that the person approves in the panel', async () => {
  const { page, model, repository } = session();
  await newChat(page);
  const file = path.join(repository.folder, '.claude/settings.json');
  await startScenario(page, model, 'edit-approved', [create(file, '{"model":"b"}\n')]);
  await followLink(page, '.claude/settings.json', 'Details…');
  const panel = await webviewWith(page, /asks for approval/);
  await panel.getByRole('button', { name: 'Approve Once' }).click();
  await allowUntilDone('edit-approved');
  await expect.poll(() => readFile(file, 'utf8')).toBe('{"model":"b"}\n');
});

it('tells the agent where it stands again after the editor compacted its chat by itself', async () => {
  const { page, model, repository } = session();
  await newChat(page);
  const file = path.join(repository.folder, 'long.txt');
  await writeFile(file, 'jam comes in jars and honey in glasses\n'.repeat(1_200));
  const read = { tool: '^read_file$', input: { filePath: file, startLine: 1, endLine: 1_200 } };
  await startScenario(page, model, 'long', [{ calls: [read, read] }, { calls: [read] }]);
  // What the model is left with may not tell it any more which scenario it plays.
  await page.locator('.interactive-session', { hasText: /DONE:long|A scripted chat/ }).waitFor();
  await startScenario(page, model, 'after-long', [{ calls: [{ tool: 'check_locks$', input: {} }] }]);
  await scenarioDone(page, 'after-long');
  // The first prompt of a chat carries it in any case.
  const texts = [
    ...model.requests('long').flatMap(({ results }) => results),
    ...model.requests('after-long').flatMap(({ prompt, results }) => [prompt, ...results]),
  ];
  expect(texts.some(text => text.includes('Interlock coordinates the agents'))).toBe(true);
});

it('tells it what it holds with the next prompt where the person has the chat compacted, which no hook tells', async () => {
  const { page, model } = session();
  await newChat(page);
  const lock = { file_path: 'docs/api.md', reason: 'a new route' };
  await startScenario(page, model, 'before', [{ calls: [{ tool: 'acquire_lock$', input: lock }] }]);
  await allowUntilDone('before');
  await typePrompt(page, '/compact');
  // The first one chose the command from the list.
  await page.keyboard.press('Enter');
  await page.locator('.interactive-session', { hasText: 'Compacted conversation' }).waitFor();
  await startScenario(page, model, 'after', []);
  await scenarioDone(page, 'after');
  expect(model.requests('after')[0]?.prompt).toContain('docs/api.md');
});

/** The editor asks about files of its own kind too; where it does, the person lets them pass. */
async function allowUntilDone(scenario: string): Promise<void> {
  const { page } = session();
  const allow = chatButton(page, /^Allow/);
  const done = scenarioDone(page, scenario);
  await Promise.race([done, allow.click().catch(() => {})]);
  await done;
}

function create(filePath: string, content: string): Step {
  return { calls: [{ tool: '^create_file$', input: { filePath, content } }] };
}

function terminal(command: string): Step {
  const input = { command, explanation: 'publish', goal: 'publish', mode: 'sync', timeout: 20_000 };
  return { calls: [{ tool: '^run_in_terminal$', input }] };
}

async function headOfRemote(): Promise<string> {
  const { repository } = session();
  return repository.git('--git-dir', repository.remote, 'rev-parse', 'main');
}
