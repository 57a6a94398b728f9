import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runBridge } from '../../e2e/support/bridge.ts';
import { connectAgent } from '../../e2e/support/mcp-agent.ts';
import { askClaude, connectClaude } from '../support/claude.ts';
import { messagesApi } from '../support/messages-api.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([messagesApi]);

const at = (file: string) => path.join(workplace().repository.folder, file);
const textOf = (file: string) => readFileSync(at(file), 'utf8');
const read = (file: string) => ({ tool: 'Read', input: { file_path: at(file) } });
const edit = (file: string, before: string, after: string) => ({
  tool: 'Edit',
  input: { file_path: at(file), old_string: before, new_string: after },
});
const mcp = (tool: string, input = {}) => ({ tool: `mcp__interlock__${tool}`, input });

async function status(): Promise<{ sessions: { agent_type: string }[]; locks: { file_path: string }[] }> {
  return JSON.parse((await runBridge(workplace().bridge, ['status', '--json'])).stdout);
}

beforeAll(() => connectClaude(workplace()));

it('tells the model at the start where it stands, and asks nobody outside', async () => {
  const { model, outside } = workplace();
  model.play('Say hello', [{ say: 'Hello.' }]);
  const { result, code } = await askClaude(workplace(), 'Say hello');
  expect({ result, code }).toEqual({ result: 'Hello.', code: 0 });
  const [question] = model.questions('Say hello');
  expect(question?.told).toContain(
    'Interlock coordinates the agents in this repository. You are claude_code',
  );
  expect(model.surprises).toEqual([]);
  expect(outside.tried).toEqual([]);
});

it('changes what is free under a lock, and leaves what another agent holds as it is, and knows why', async () => {
  const { model, bridge } = workplace();
  const before = textOf('src/orders.js');
  const other = await connectAgent(bridge, 'other-agent');
  await other.call('acquire_lock', { file_path: 'src/orders.js', reason: 'jam' });
  let held: unknown;
  model.play('Count from two thousand', [
    { use: [read('src/orders.js'), read('src/stock.js')] },
    { use: [edit('src/orders.js', 'lastNumber = 1000', 'lastNumber = 2000')] },
    { use: [edit('src/stock.js', 'Puts goods back', 'Gives goods back')] },
    async () => {
      held = await status();
      return { say: 'One of them.' };
    },
  ]);
  await askClaude(workplace(), 'Count from two thousand');
  const [, , refused, done] = model.results('Count from two thousand');
  expect(refused).toMatchObject({
    isError: true,
    text: expect.stringMatching(/locked by other_agent .*“jam”/),
  });
  expect(textOf('src/orders.js')).toBe(before);
  expect(done).toMatchObject({ isError: false });
  expect(textOf('src/stock.js')).toContain('Gives goods back');
  expect(held).toMatchObject({
    sessions: expect.arrayContaining([expect.objectContaining({ agent_type: 'claude_code' })]),
    locks: expect.arrayContaining([
      expect.objectContaining({ file_path: 'src/stock.js', locked_by: 'claude_code' }),
    ]),
  });
  // Its end was announced, and gave back what it held.
  const after = await status();
  expect(after.sessions.map(({ agent_type }) => agent_type)).toEqual(['other_agent']);
  expect(after.locks.map(({ file_path }) => file_path)).toEqual(['src/orders.js']);
  await other.call('end_session');
  await other.close();
});

it('is one agent by its tools and by its hooks: what it locked it may change, and nobody else', async () => {
  const { model, bridge } = workplace();
  const other = await connectAgent(bridge, 'other-agent');
  const refusals: unknown[] = [];
  model.play('Lock, then change', [
    { use: [read('src/pricing.js'), mcp('acquire_lock', { file_path: 'src/pricing.js', reason: 'mine' })] },
    async () => {
      refusals.push(await other.call('acquire_lock', { file_path: 'src/pricing.js' }));
      return { use: [{ tool: 'Write', input: { file_path: at('src/pricing.js'), content: '// mine\n' } }] };
    },
    { use: [mcp('check_locks'), mcp('brief_session')] },
    { say: 'Done.' },
  ]);
  const { servers } = await askClaude(workplace(), 'Lock, then change');
  expect(servers).toEqual([{ name: 'interlock', status: 'connected' }]);
  expect(refusals).toEqual([expect.objectContaining({ success: false, locked_by: 'claude_code' })]);
  const [, locked, written, locks, briefing] = model.results('Lock, then change');
  expect(JSON.parse(locked?.text ?? '')).toMatchObject({ success: true });
  expect(written).toMatchObject({ isError: false });
  expect(textOf('src/pricing.js')).toBe('// mine\n');
  expect(JSON.parse(locks?.text ?? '')).toMatchObject({
    locks: [{ file_path: 'src/pricing.js', yours: true, lock_reason: 'mine' }],
  });
  expect(briefing?.text).toMatch(/You hold:\\n- src\/pricing\.js/);
  expect(model.questions('Lock, then change')[0]?.told).toContain('Interlock coordinates several agents');
  await other.close();
});
