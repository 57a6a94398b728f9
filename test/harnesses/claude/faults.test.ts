import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runBridge } from '../../e2e/support/bridge.ts';
import { connectAgent } from '../../e2e/support/mcp-agent.ts';
import { askClaude, connectClaude } from '../support/claude.ts';
import type { Question, ToolResult, Turn } from '../support/conversation.ts';
import { messagesApi } from '../support/messages-api.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([messagesApi]);

const at = (file: string) => path.join(workplace().repository.folder, file);
const write = (file: string) => ({
  use: [{ tool: 'Write', input: { file_path: at(file), content: 'new\n' } }],
});

async function status(): Promise<{ owner: { pid: number }; locks: { file_path: string }[] }> {
  return JSON.parse((await runBridge(workplace().bridge, ['status', '--json'])).stdout);
}

beforeAll(() => connectClaude(workplace()));

it('goes on under locks when the coordinator is killed: its hook starts another, which knows who held what', async () => {
  const { model, bridge } = workplace();
  const other = await connectAgent(bridge, 'other-agent');
  await other.call('acquire_lock', { file_path: 'held.txt' });
  const files = ['first.txt', 'second.txt', 'held.txt'];
  let isKilled = false;
  let held: unknown;
  // On a machine that is slow to start the next one a call is denied and to be tried again; none is let through unjudged.
  const judged = (results: readonly ToolResult[]) =>
    results.filter(({ text }) => !/could not (?:judge|be asked)/.test(text));
  const next = async ({ results }: Question): Promise<Turn> => {
    const file = files[judged(results).length];
    if (file === 'second.txt' && !isKilled) {
      isKilled = true;
      process.kill((await status()).owner.pid, 'SIGKILL');
    }
    if (file !== undefined) return write(file);
    held = (await status()).locks.map(({ file_path }) => file_path).sort();
    return { say: 'Two of them.' };
  };
  model.play('Write three files', Array<typeof next>(12).fill(next));
  await askClaude(workplace(), 'Write three files', {
    environment: { INTERLOCK_HOOKS_WHEN_UNAVAILABLE: 'deny' },
  });
  expect(judged(model.results('Write three files'))).toEqual([
    expect.objectContaining({ isError: false }),
    expect.objectContaining({ isError: false }),
    expect.objectContaining({ isError: true, text: expect.stringContaining('locked by other_agent') }),
  ]);
  expect(held).toEqual(['first.txt', 'held.txt', 'second.txt']);
  expect(existsSync(at('held.txt'))).toBe(false);
  await other.close();
});

it('writes nothing while the coordinator hangs, and says so', async () => {
  const { model } = workplace();
  let pid = 0;
  model.play('Write into the silence', [
    async () => {
      pid = (await status()).owner.pid;
      process.kill(pid, 'SIGSTOP');
      return write('silent.txt');
    },
    () => {
      process.kill(pid, 'SIGCONT');
      return { say: 'It hangs.' };
    },
  ]);
  await askClaude(workplace(), 'Write into the silence');
  expect(model.results('Write into the silence')).toEqual([
    expect.objectContaining({ isError: true, text: expect.stringContaining('Interlock could not judge') }),
  ]);
  expect(existsSync(at('silent.txt'))).toBe(false);
});

it('is not guarded where its hooks are switched off when it is started, and that is said', async () => {
  const { model, bridge } = workplace();
  let doctor = '';
  model.play('Write unguarded', [
    write('unguarded.txt'),
    { use: [{ tool: 'mcp__interlock__check_locks', input: {} }] },
    async () => {
      doctor = (await runBridge(bridge, ['doctor'])).stdout;
      return { say: 'Done.' };
    },
  ]);
  const off = [
    '--settings',
    JSON.stringify({ disableAllHooks: true }),
    '--permission-mode',
    'bypassPermissions',
  ];
  const { events } = await askClaude(workplace(), 'Write unguarded', { args: off });
  expect(existsSync(at('unguarded.txt'))).toBe(true);
  expect(events.some(({ subtype }) => subtype === 'hook_started')).toBe(false);
  expect(doctor).toContain('The guard is inactive for Claude Code');
});

it('is denied its tools, and can end, when the product is taken away under it', async () => {
  const { model, run } = workplace();
  model.play('Write without Interlock', [
    () => {
      rmSync(path.join(run.product, 'hook.sh'));
      return write('without.txt');
    },
    { say: 'It is gone.' },
  ]);
  const { result } = await askClaude(workplace(), 'Write without Interlock');
  expect(result).toBe('It is gone.');
  expect(model.results('Write without Interlock')).toEqual([
    expect.objectContaining({ isError: true, text: expect.stringContaining('not installed any more') }),
  ]);
  expect(existsSync(at('without.txt'))).toBe(false);
  expect(model.surprises).toEqual([]);
});
