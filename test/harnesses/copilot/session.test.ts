import { readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { homeFolder } from '../../../src/coordinator/home.ts';
import { copilotTools } from '../../../src/coordinator/tool-use/tools/copilot.ts';
import { vscodeTools } from '../../../src/coordinator/tool-use/tools/vscode.ts';
import { hookLauncherIn } from '../../../src/extension/launcher.ts';
import { changesWhatIsFree, changesWhatItLocked, lockedFiles } from '../support/beside-another.ts';
import { connect } from '../support/connect.ts';
import { askCopilot } from '../support/copilot.ts';
import { decideNext, signIn } from '../support/person.ts';
import { responsesApi } from '../support/responses-api.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([responsesApi]);

const at = (file: string) => path.join(workplace().repository.folder, file);
const textOf = (file: string) => readFileSync(at(file), 'utf8');
const bash = (command: string) => ({ tool: 'bash', input: { command, description: 'Does it' } });
const edit = (file: string, old_str: string, new_str: string) => ({
  tool: 'edit',
  input: { path: at(file), old_str, new_str },
});
const apply = (file: string, before: string, after: string) => ({
  tool: 'apply_patch',
  input: {
    input: `*** Begin Patch\n*** Update File: ${file}\n@@\n-${before}\n+${after}\n*** End Patch\n`,
  },
});

beforeAll(async () => {
  await connect(workplace(), 'copilot');
  // A coordinator that Copilot's own server starts ends with Copilot, and no briefing waits for another to start.
  expect(await lockedFiles(workplace())).toEqual([]);
});

// A model of each kind: one that is given `edit` and `create`, and one that is given `apply_patch`.
const models = [
  { name: 'claude-sonnet-4.5', change: edit },
  { name: 'gpt-5.4', change: apply },
];

it.each(models)(
  'tells the model at the start where it stands, knows its tools, and asks nobody outside: $name',
  async ({ name }) => {
    const { model, outside } = workplace();
    model.play('Say hello', [{ say: 'Hello.' }]);
    const { code, stdout, stderr } = await askCopilot(workplace(), 'Say hello', { model: name });
    expect(code, stdout + stderr).toBe(0);
    const [question] = model.questions('Say hello');
    expect(question?.told).toContain('You are copilot (copilot)');
    expect(question?.told).not.toContain('Others here');
    const own = question?.tools.filter(tool => !tool.includes('interlock-')) ?? [];
    const known = { ...copilotTools, ...vscodeTools };
    expect(own.filter(tool => tool !== 'tool_search' && !Object.hasOwn(known, tool))).toEqual([]);
    expect(own.length).toBeGreaterThan(5);
    expect(model.surprises).toEqual([]);
    expect(outside.tried).toEqual([]);
  },
);

it.each(models)(
  'changes what is free under a lock, and leaves what another agent holds: $name',
  ({ name, change }) =>
    changesWhatIsFree(workplace(), {
      ask: prompt => askCopilot(workplace(), prompt, { model: name }),
      change,
    }),
);

it('is one agent by its tools and by its hooks: what it locked it may change, and nobody else', () =>
  changesWhatItLocked(workplace(), {
    ask: prompt => askCopilot(workplace(), prompt),
    change: edit,
    acquireLock: 'interlock-acquire_lock',
    name: 'copilot',
  }));

it('runs what is harmless, and does not push by force when a person says no while it waits', async () => {
  const { model, repository } = workplace();
  await signIn(workplace());
  await repository.git('commit', '--quiet', '--amend', '--message', 'Another history');
  const remote = () => repository.git('ls-remote', 'origin', 'refs/heads/main');
  const published = await remote();
  model.play('Publish it', [
    { use: [bash('ls src')] },
    { use: [bash('git push --force origin main')] },
    { say: 'Done.' },
  ]);
  const ended = askCopilot(workplace(), 'Publish it');
  await decideNext(workplace(), 'deny', 'not on a Friday');
  await ended;
  const [listed, denied] = model.results('Publish it');
  expect(listed?.text).toContain('stock.js');
  expect(denied?.text).toContain('not on a Friday');
  expect(await remote()).toBe(published);
});

it('is refused every call where the program behind its hooks is gone', async () => {
  const { model, run } = workplace();
  const launcher = hookLauncherIn(homeFolder({ env: {}, userHome: run.home }));
  const before = textOf('src/stock.js');
  renameSync(launcher, `${launcher}.gone`);
  model.play('Go on without', [
    { use: [edit('src/stock.js', 'Puts goods', 'Gives goods')] },
    { say: 'Done.' },
  ]);
  await askCopilot(workplace(), 'Go on without');
  renameSync(`${launcher}.gone`, launcher);
  expect(model.results('Go on without')[0]?.text).toMatch(/preToolUse hook/);
  expect(textOf('src/stock.js')).toBe(before);
});
