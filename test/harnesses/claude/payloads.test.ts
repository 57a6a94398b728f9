import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { claudeTools } from '../../../src/coordinator/tool-use/tools/claude.ts';
import { repository as root } from '../../e2e/support/machine.ts';
import { connectAgent } from '../../e2e/support/mcp-agent.ts';
import { askClaude, connectClaude } from '../support/claude.ts';
import { clisFolder } from '../support/machine.ts';
import { messagesApi } from '../support/messages-api.ts';
import { recordHooks, recordingsOf, renewPayloads, shapeOf } from '../support/recorder.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([messagesApi]);
const hookFile = () => path.join(workplace().run.home, '.claude/settings.json');
const at = (file: string) => path.join(workplace().repository.folder, file);

/** What the editor registers, and what a compaction is announced by. */
let registered: readonly string[];

beforeAll(async () => {
  await connectClaude(workplace());
  registered = Object.keys(JSON.parse(readFileSync(hookFile(), 'utf8')).hooks);
  await recordHooks(workplace(), hookFile(), [...registered, 'PreCompact']);
});

it('puts every use of a tool to the hook, those of an agent inside it too, and each is judged', async () => {
  const { model, bridge } = workplace();
  const other = await connectAgent(bridge, 'other-agent');
  await other.call('acquire_lock', { file_path: 'held.txt' });
  const cells = [
    { id: 'a', cell_type: 'code', source: ['1'], metadata: {}, outputs: [], execution_count: null },
  ];
  writeFileSync(at('n.ipynb'), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  const one = (tool: string, input: Readonly<Record<string, unknown>>) => ({ use: [{ tool, input }] });
  model.play('Use your tools', [
    one('Read', { file_path: at('src/stock.js') }),
    one('Edit', { file_path: at('src/stock.js'), old_string: 'Puts goods back', new_string: 'Returns them' }),
    one('Write', { file_path: at('src/new.js'), content: 'export {};\n' }),
    one('Read', { file_path: at('n.ipynb') }),
    one('NotebookEdit', { notebook_path: at('n.ipynb'), cell_id: 'a', new_source: 'print(1)' }),
    one('Bash', { command: 'ls src', description: 'List the sources' }),
    one('TaskCreate', { subject: 'look', description: 'at it' }),
    one('mcp__interlock__check_locks', { paths: ['src/new.js'] }),
    one('Agent', { description: 'help', prompt: 'Help with it', subagent_type: 'general-purpose' }),
    { say: 'Done.' },
  ]);
  model.play('Help with it', [
    one('Bash', { command: 'ls', description: 'List the folder' }),
    one('Write', { file_path: at('held.txt'), content: 'mine\n' }),
    { say: 'One of them I may not.' },
  ]);
  await askClaude(workplace(), 'Use your tools');
  expect(model.results('Use your tools').filter(({ isError }) => isError)).toEqual([]);
  expect(model.results('Help with it')).toEqual([
    expect.objectContaining({ isError: false }),
    expect.objectContaining({ isError: true, text: expect.stringContaining('locked by other_agent') }),
  ]);
  expect(existsSync(at('held.txt'))).toBe(false);
  expect(model.surprises).toEqual([]);
  await other.close();
});

it('tells the model again where it stands when its context was compacted', async () => {
  const { model } = workplace();
  const read = (file: string) => ({ use: [{ tool: 'Read', input: { file_path: at(file) } }] });
  const words = { say: 'Noted.' };
  model.play('Read a lot', [read('src/orders.js'), read('src/server.js'), words, words, words]);
  const { sessionId } = await askClaude(workplace(), 'Read a lot');
  const again = ['--resume', sessionId, '--permission-mode', 'bypassPermissions'];
  const { events } = await askClaude(workplace(), '/compact', { args: again });
  const told = events.filter(
    ({ subtype, hook_name }) => subtype === 'hook_response' && hook_name === 'SessionStart:compact',
  );
  expect(told.map(({ output }) => output)).toContainEqual(expect.stringContaining('You are claude_code'));
});

it('sends to its hooks what the contract tests have in their files', async () => {
  const recordings = await recordingsOf(workplace());
  await renewPayloads('claude', recordings);
  const names = [...recordings.keys()];
  expect(registered.filter(event => !names.some(name => name.split('.')[0] === event))).toEqual([]);
  for (const [name, payload] of recordings) {
    const file = path.join(root, 'test/contract/payloads/claude', `${name}.json`);
    const known: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(shapeOf(payload), name).toEqual(shapeOf(known));
  }
});

it('has no tool that nobody described', () => {
  const [question] = workplace().model.questions('Use your tools');
  const offered = question?.tools.filter(tool => !tool.startsWith('mcp__')) ?? [];
  expect(offered).toContain('Bash');
  expect(offered.filter(tool => !Object.hasOwn(claudeTools, tool))).toEqual([]);
  // Which it has elsewhere, its package declares: their names are those of the types, but for a few.
  const types = readFileSync(
    path.join(clisFolder, 'node_modules/@anthropic-ai/claude-code/sdk-tools.d.ts'),
    'utf8',
  );
  const declared = [...types.matchAll(/^export interface (\w+)Input\b/gm)].map(([, name = '']) => name);
  expect(declared).toContain('FileEdit');
  const isDescribed = (name: string) =>
    [name, name.replace(/^File/, ''), `${name}Tool`].some(tool => Object.hasOwn(claudeTools, tool));
  expect(declared.filter(name => name !== 'Mcp' && !isDescribed(name))).toEqual([]);
});
