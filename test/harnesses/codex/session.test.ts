import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codexTools } from '../../../src/coordinator/tool-use/tools/codex.ts';
import { runBridge } from '../../e2e/support/bridge.ts';
import { connectAgent } from '../../e2e/support/mcp-agent.ts';
import { changesWhatIsFree, changesWhatItLocked, lockedFiles } from '../support/beside-another.ts';
import { askCodex, trustHooks } from '../support/codex.ts';
import { connect } from '../support/connect.ts';
import { decideNext, signIn } from '../support/person.ts';
import { responsesApi } from '../support/responses-api.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([responsesApi]);

const textOf = (file: string) => readFileSync(path.join(workplace().repository.folder, file), 'utf8');
const patchOf = (file: string, before: string, after: string) =>
  `*** Begin Patch\n*** Update File: ${file}\n@@\n-${before}\n+${after}\n*** End Patch\n`;
const shell = (cmd: string) => ({ tool: 'exec_command', input: { cmd } });
const apply = (file: string, before: string, after: string) => ({
  tool: 'apply_patch',
  input: { input: patchOf(file, before, after) },
});
/** A tool of a namespace has both names in one word there. */
const toolInHooks = (tool: string) => tool.replace(/^(?:functions|multi_agent_v1)\//, '').replace('/', '');

async function asked(command: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await runBridge(workplace().bridge, [...command, '--json'])).stdout);
}

async function doctorOnCodex(): Promise<unknown> {
  const { findings } = (await asked(['doctor'])) as { findings: { check: string }[] };
  return findings.find(({ check }) => check === 'Codex');
}

beforeAll(() => connect(workplace(), 'codex'));

it('passes over hooks that nobody has trusted, and the doctor says so', async () => {
  const { model } = workplace();
  model.play('Nobody looks', [
    { use: [apply('src/stock.js', 'Puts goods', 'Gives goods')] },
    { say: 'Done.' },
  ]);
  await askCodex(workplace(), 'Nobody looks');
  expect(model.questions('Nobody looks')[0]?.told).not.toContain('Interlock coordinates the agents');
  expect((await lockedFiles(workplace())).length).toBe(0);
  expect(await doctorOnCodex()).toMatchObject({ status: 'bad', mend: expect.stringContaining('/hooks') });
  await workplace().repository.git('checkout', '--', '.');
});

describe('with trusted hooks', () => {
  beforeAll(async () => {
    expect(await trustHooks(workplace())).toBe(6);
    expect(await doctorOnCodex()).toMatchObject({ status: 'ok' });
  });

  // A model of each kind: with a tool for patches, without one, and with a script that calls the tools.
  it.each(['gpt-5.5', 'gpt-5.4', 'gpt-6.1-sol'])(
    'tells the model at the start where it stands, knows its tools, and asks nobody outside: %s',
    async name => {
      const { model, outside } = workplace();
      model.play('Say hello', [{ say: 'Hello.' }]);
      const { code, stderr } = await askCodex(workplace(), 'Say hello', { model: name });
      expect(code, stderr).toBe(0);
      const [question] = model.questions('Say hello');
      expect(question?.told).toContain('You are codex (codex)');
      expect(question?.told).not.toContain('Others here');
      const ours = question?.tools.filter(tool => !/^mcp__|^functions\/exec$/.test(tool)) ?? [];
      expect(ours.map(toolInHooks).filter(tool => !Object.hasOwn(codexTools, tool))).toEqual([]);
      expect(ours.length).toBeGreaterThan(5);
      expect(model.surprises).toEqual([]);
      expect(outside.tried).toEqual([]);
    },
  );

  // Each kind of model edits in its own way.
  it.each([
    { name: 'gpt-5.5', edit: apply },
    {
      name: 'gpt-5.4',
      edit: (file: string, before: string, after: string) =>
        shell(`cd src && apply_patch <<'EOF'\n${patchOf(path.basename(file), before, after)}EOF`),
    },
    {
      name: 'gpt-6.1-sol',
      edit: (file: string, before: string, after: string) => ({
        tool: 'functions/exec',
        input: { input: `text(await tools.apply_patch(${JSON.stringify(patchOf(file, before, after))}))` },
      }),
    },
  ])('changes what is free under a lock, and leaves what another agent holds: $name', ({ name, edit }) =>
    changesWhatIsFree(workplace(), {
      ask: prompt => askCodex(workplace(), prompt, { model: name }),
      change: edit,
    }),
  );

  it('is one agent by its tools and by its hooks: what it locked it may change, and nobody else', () =>
    changesWhatItLocked(workplace(), {
      ask: prompt => askCodex(workplace(), prompt),
      change: apply,
      acquireLock: 'mcp__interlock/acquire_lock',
      name: 'codex',
    }));

  it('runs what is harmless, and pushes by force as a person decides, while it waits', async () => {
    const { model, repository } = workplace();
    await signIn(workplace());
    await repository.git('commit', '--quiet', '--amend', '--message', 'Another history');
    const remote = () => repository.git('ls-remote', 'origin', 'refs/heads/main');
    const published = await remote();
    model.play('Publish it', [
      { use: [shell('ls src')] },
      { use: [shell('git push --force origin main')] },
      // A denial holds for the same words.
      { use: [shell('git push origin +main')] },
      { say: 'Done.' },
    ]);
    const ended = askCodex(workplace(), 'Publish it');
    await decideNext(workplace(), 'deny', 'not on a Friday');
    const whenDenied = await remote();
    await decideNext(workplace(), 'approve', 'after all');
    await ended;
    const [listed, denied] = model.results('Publish it');
    expect(listed?.text).toContain('stock.js');
    expect(denied?.text).toContain('not on a Friday');
    expect(whenDenied).toBe(published);
    expect(await remote()).toContain(await repository.git('rev-parse', 'HEAD'));
  });

  it('finds the locks of before when the coordinator was killed between its calls', async () => {
    const { model, bridge } = workplace();
    const other = await connectAgent(bridge, 'other-agent');
    await other.call('acquire_lock', { file_path: 'src/orders.js' });
    const before = textOf('src/orders.js');
    model.play('Go on whatever happens', [
      async () => {
        const { owner } = (await asked(['status'])) as { owner: { pid: number } };
        process.kill(owner.pid, 'SIGKILL');
        // Another has taken over when this is answered: without one, only the guardrails would judge.
        await asked(['locks']);
        return { use: [apply('src/orders.js', 'let lastNumber = 1000;', 'let lastNumber = 2000;')] };
      },
      { say: 'Done.' },
    ]);
    await askCodex(workplace(), 'Go on whatever happens');
    const [refused] = model.results('Go on whatever happens');
    expect(refused?.text).toContain('src/orders.js is locked by other_agent');
    expect(textOf('src/orders.js')).toBe(before);
    await other.close();
  });
});
