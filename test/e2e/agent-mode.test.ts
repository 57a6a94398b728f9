import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { chatButton, newChat, scenarioDone, startScenario } from './support/chat.ts';
import { answerInput } from './support/command-palette.ts';
import { showInterlock } from './support/interlock.ts';
import { followLink, notification } from './support/notifications.ts';
import type { Step } from './support/scripted-model.ts';
import { useSession } from './support/session.ts';
import { rowMenu, rows, rowTexts } from './support/views.ts';

const session = useSession('agent mode', { agentMode: true });

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

  const [taken = '', , seen = ''] = model.requests('edit').at(-1)?.results ?? [];
  expect(JSON.parse(taken)).toMatchObject({ success: true });
  const { locks } = JSON.parse(seen) as { locks: { file_path: string; session_id: string }[] };
  expect(locks.map(lock => lock.file_path).sort()).toEqual(['src/pricing.js', 'src/stock.js']);
  expect(new Set(locks.map(lock => lock.session_id)).size).toBe(1);
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

function terminal(command: string): Step {
  const input = { command, explanation: 'publish', goal: 'publish', mode: 'sync', timeout: 20_000 };
  return { calls: [{ tool: '^run_in_terminal$', input }] };
}

async function headOfRemote(): Promise<string> {
  const { repository } = session();
  return repository.git('--git-dir', repository.remote, 'rev-parse', 'main');
}
