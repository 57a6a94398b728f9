import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, harnesses } from '../../../src/coordinator/tool-use/harnesses.ts';
import { endOwner, ownerOf } from '../../support/bridge/coordinators.ts';
import { type Outcome, outcomeFor } from '../../support/bridge/harness-reading.ts';
import { dangerous, decisionOf, harmless, openHookStage } from '../../support/bridge/hook-stage.ts';
import { type Exit, runBridge } from '../../support/bridge/program.ts';
import { ownForReal, type RealOwner } from '../../support/bridge/real-owner.ts';
import { type RecordedCall, recordedCalls, recordedToolCalls } from '../../support/bridge/recorded-calls.ts';
import { openAgents } from '../../support/git/hooked.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/host/processes.ts';
import { git, makeRepository } from '../../support/repository.ts';

/** What only a person may let through, and what nobody can; all other recorded calls pass where nobody else works. */
const objections: Readonly<Record<Harness, Readonly<Record<string, 'person' | 'nobody'>>>> = {
  claude: {
    'PreToolUse.Bash.force-push': 'person',
    'PreToolUse.PowerShell': 'person',
    'PreToolUse.Read.env': 'person',
  },
  vscode: {
    'PreToolUse.install_extension': 'person',
    'PreToolUse.run_notebook_cell': 'person',
    'PreToolUse.run_vscode_command': 'person',
  },
  copilot: {},
  codex: { 'PreToolUse.shell': 'nobody' },
};

/** The calls that write into the folder they are made in, by whatever way. */
const writing: Readonly<Record<Harness, readonly string[]>> = {
  claude: ['Edit', 'MultiEdit', 'NotebookEdit', 'Write'],
  vscode: [
    'apply_patch',
    'create_and_run_task',
    'create_file',
    'edit_notebook_file',
    'insert_edit_into_file',
    'multi_replace_string_in_file',
    'replace_string_in_file',
    'run_in_terminal',
    'vscode_renameSymbol',
  ],
  copilot: ['apply_patch', 'create', 'edit'],
  codex: ['apply_patch'],
};

/** Tools that no table knows. Those that say of themselves that they only look may do so. */
const unlisted: readonly { tool: string; input: object; passes: boolean }[] = [
  { tool: 'deploy_everything', input: {}, passes: false },
  { tool: 'list_widgets', input: { folder: 'a' }, passes: true },
  { tool: 'list_widgets', input: { command: 'rm -rf /' }, passes: false },
  { tool: '', input: {}, passes: false },
];

const cells = harnesses.flatMap(harness => (['node', 'sh'] as const).map(way => ({ harness, way })));

/** So many hooks run at once: as many as keep a small machine busy, and few enough that none waits long. */
const atOnce = 4;

/** Does the work for each of the items, a few at a time; rejects with the first that fails, once all have ended. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const ended = await Promise.allSettled(
    Array.from({ length: atOnce }, async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    }),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

let folder: TemporaryFolder;
let home: string;
let owner: RealOwner;
/** Nobody is waited for in it. */
let repository: string;
let sessions = 0;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = join(folder.path, 'home');
  repository = join(folder.path, 'repository');
  mkdirSync(repository);
  makeRepository(repository, { 'a.ts': 'let a = 1;\n', '.gitignore': 'build\n' });
  git(repository, 'remote', 'add', 'origin', join(folder.path, 'nowhere.git'));
  owner = await ownForReal(home);
  await owner.call(repository, 'configure_project', { settings: { 'approvals.hookWaitSeconds': 0 } });
});

afterAll(async () => {
  await owner.stop();
  await folder[Symbol.asyncDispose]();
});

describe.each(cells)('a hook of $harness by $way', { timeout: 120_000 }, ({ harness, way }) => {
  /** A folder of its own in the repository, and a session that works there. (The coordinator asks git about each folder.) */
  function place(): { cwd: string; path: string; session: string } {
    sessions += 1;
    const path = `place-${sessions}`;
    const cwd = join(repository, path);
    mkdirSync(cwd);
    return { cwd, path, session: `session-${sessions}` };
  }

  async function judge(
    event: string,
    text: string,
    cwd: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Outcome & { readonly exit: Exit }> {
    const exit = await runBridge(['hook', harness, event], { home, cwd, way, variables }, text);
    expect(exit).toMatchObject({ code: 0, signal: null, stderr: '' });
    expectExactly(harness, exit.stdout);
    return { ...outcomeFor(harness, exit), exit };
  }

  const objectionTo = ({ name }: RecordedCall) => objections[harness][name];

  it('lets each recorded call pass against which nothing stands, without a word', async () => {
    const { cwd, session } = place();
    const unopposed = recordedToolCalls(harness).filter(call => objectionTo(call) === undefined);
    await forEach(unopposed, async call => {
      const { does, exit } = await judge(call.event, call.textFor(cwd, session), cwd);
      expect({ call: call.name, does, stdout: exit.stdout }).toEqual({
        call: call.name,
        does: 'runs it',
        stdout: '',
      });
    });
  });

  it('refuses what nobody can let through, and says why', async () => {
    for (const call of recordedToolCalls(harness).filter(call => objectionTo(call) === 'nobody')) {
      const { cwd, session } = place();
      expect(await judge(call.event, call.textFor(cwd, session), cwd)).toMatchObject({
        does: 'refuses it',
        reason: expect.stringMatching(/^Blocked: /),
      });
    }
  });

  it('refuses what a person must decide, runs it once when they say yes, and passes on their no', async () => {
    const asked = recordedToolCalls(harness).filter(call => objectionTo(call) === 'person');
    await forEach(asked, async call => {
      const { cwd, session } = place();
      const again = () => judge(call.event, call.textFor(cwd, session), cwd);
      const decide = async (asked: Outcome, decision: object) => {
        expect(asked).toMatchObject({ does: 'refuses it' });
        const [, id] = /approval_id ([0-9a-f-]{36})/.exec(asked.reason ?? '') ?? [];
        await owner.call(repository, 'decide_approval', { approval_id: id, ...decision });
      };
      await decide(await again(), { decision: 'approved' });
      expect(await again(), call.name).toMatchObject({ does: 'runs it' });
      await decide(await again(), { decision: 'denied', reason: 'Robin works on it' });
      expect(await again(), call.name).toMatchObject({
        does: 'refuses it',
        reason: expect.stringContaining('Robin works on it'),
      });
    });
  });

  it('refuses to write where another session works, by whatever tool', async () => {
    const agents = await openAgents(home);
    const holder = await agents.agent(repository, `holder ${harness} ${way}`);
    const calls = recordedToolCalls(harness);
    const { cwd, path, session } = place();
    expect(await holder.call('acquire_lock', { file_path: `${path}/**` })).toMatchObject({ success: true });
    await forEach(writing[harness], async tool => {
      const call = calls.find(({ name }) => name.endsWith(`.${tool}`));
      expect(call, tool).toBeDefined();
      expect(await judge(call?.event ?? '', call?.textFor(cwd, session) ?? '', cwd), tool).toMatchObject({
        does: 'refuses it',
        reason: expect.stringMatching(/locked by .*holder/),
      });
    });
    agents.close();
  });

  it('refuses everything that a suspended agent does', async () => {
    const agent = `suspended ${harness} ${way}`.replaceAll(' ', '-');
    await owner.call(repository, 'assign_profile', { agent_id: agent, profile: 'suspended', reason: 'test' });
    const calls = recordedToolCalls(harness).filter(({ name }) =>
      /Bash|bash|read|view|terminal$|patch/.test(name),
    );
    expect(calls.length).toBeGreaterThan(1);
    const { cwd, session } = place();
    await forEach(calls, async call => {
      const variables = { INTERLOCK_AGENT_ID: agent };
      expect(await judge(call.event, call.textFor(cwd, session), cwd, variables), call.name).toMatchObject({
        does: 'refuses it',
      });
    });
  });

  it.for(unlisted)(
    'does not wave through what nobody knows: $tool $input',
    async ({ tool, input, passes }) => {
      const { cwd, session } = place();
      const payload = { session_id: session, cwd, tool_name: tool, tool_input: input };
      expect(await judge('PreToolUse', JSON.stringify(payload), cwd)).toMatchObject({
        does: passes ? 'runs it' : 'refuses it',
      });
    },
  );

  it('says on other events only what that harness takes on them, and never decides anything', async () => {
    const others = recordedCalls(harness).filter(({ event }) => event.toLowerCase() !== 'pretooluse');
    const { cwd, session } = place();
    await forEach(others, async call => {
      const { exit } = await judge(call.event, call.textFor(cwd, session), cwd);
      const said = exit.stdout === '' ? {} : JSON.parse(exit.stdout).hookSpecificOutput;
      const event = /^session_?start$/i.test(call.event) ? 'SessionStart' : said.hookEventName;
      expect(said.permissionDecision).toBeUndefined();
      if (event === 'SessionStart')
        expect(said.additionalContext).toMatch(/^Interlock coordinates the agents/);
      if (exit.stdout !== '') expect(['SessionStart', 'UserPromptSubmit']).toContain(said.hookEventName);
    });
  });
});

describe.each(['node', 'sh'] as const)('a hook by %s', way => {
  it.for([
    'null',
    '[]',
    '"PreToolUse"',
    '{}',
    '{"tool_name":42,"tool_input":"x"}',
    '{"tool_name":"Bash"}',
    '{"tool_name":"Bash","tool_input":{"command":["rm",7]}}',
    '{"tool_name":"Bash","tool_input":{"command":"git push --force origin main"},"cwd":7,"session_id":{}}',
    '{"tool_name":"__proto__","tool_input":{"__proto__":{"command":"ls"}}}',
    `{"tool_name":"Edit","tool_input":{"file_path":"a\\u0000b","new_string":"x"}}`,
  ])('refuses what is no payload: %s', async text => {
    const args = ['hook', 'vscode', 'PreToolUse'];
    const exit = await runBridge(args, { home, cwd: repository, way }, text);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    expectExactly('vscode', exit.stdout);
    expect(outcomeFor('vscode', exit).does).toBe('refuses it');
  });
});

describe.each(['node', 'sh'] as const)('a hook of Copilot by %s in an editor that runs the plugin', way => {
  const dangerousText = (payload: string) =>
    payload.replace(/"(?:touch|ls)\b[^"\n]*"/, '"git push --force origin main"');
  const call = (harness: Harness, name: string) =>
    recordedToolCalls(harness)
      .find(found => found.name === name)
      ?.textFor(repository, `both ${way}`) ?? '';
  const judge = async (text: string, variables: Readonly<Record<string, string>>) => {
    const args = ['hook', 'copilot', 'preToolUse'];
    const exit = await runBridge(args, { home, cwd: repository, way, variables }, text);
    expect(exit).toMatchObject({ code: 0, stderr: '' });
    return outcomeFor('copilot', exit).does;
  };
  const inEditor = { INTERLOCK_EDITOR_HOOKS: 'plugin' };

  it('leaves the chat of VS Code’s agent to the plugin, and judges everything else', async () => {
    const ofEditor = dangerousText(call('vscode', 'PreToolUse.run_in_terminal'));
    const ofCopilot = dangerousText(call('copilot', 'snake-case.PreToolUse.bash'));
    expect(ofEditor).toContain('push --force');
    expect(ofCopilot).toContain('push --force');
    expect(await judge(ofEditor, inEditor)).toBe('runs it');
    expect(await judge(ofEditor, {})).toBe('refuses it');
    expect(await judge(ofEditor, { INTERLOCK_EDITOR_HOOKS: '1' })).toBe('refuses it');
    expect(await judge(ofCopilot, inEditor)).toBe('refuses it');
    for (const text of ['', 'null', '{}', ofEditor.slice(1)])
      expect(await judge(text, inEditor), text).toBe('refuses it');
  });
});

/** One line or nothing; both shapes with the same words, but for Codex, which takes no field that it does not know. */
function expectExactly(harness: Harness, stdout: string): void {
  if (stdout === '') return;
  expect(stdout).toMatch(/^[^\n]+\n$/);
  const { hookSpecificOutput, ...top } = JSON.parse(stdout);
  const { hookEventName, ...nested } = hookSpecificOutput;
  expect(hookEventName).toMatch(/^(PreToolUse|SessionStart|UserPromptSubmit)$/);
  expect(top).toEqual(harness === 'codex' ? {} : nested);
  const fields = Object.keys(nested);
  expect([['permissionDecision', 'permissionDecisionReason'], ['additionalContext']]).toContainEqual(fields);
  if (harness === 'codex') expect(nested.permissionDecision).not.toBe('ask');
  for (const field of fields) expect(nested[field]).not.toBe('');
}

describe.concurrent.each(['node', 'sh'] as const)('a hook by %s that waits for a person', way => {
  it('goes on as soon as they have decided', async () => {
    const { path, judged } = await ask(20);
    const approval = await pendingIn(path);
    await owner.call(path, 'decide_approval', { approval_id: approval, decision: 'approved' });
    expect(decisionOf(await judged)).toEqual({ decision: 'none', reason: '' });
  });

  it('waits as long as its time-out allows, and denies with the number', async () => {
    const { path, judged } = await ask(12);
    const approval = await pendingIn(path);
    const exit = await judged;
    expect(decisionOf(exit)).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining(approval),
    });
    expect(exit.milliseconds).toBeGreaterThan(3_000);
    expect(exit.milliseconds).toBeLessThan(12_000);
  });

  /** A force push in a project of its own, where a person is waited for. */
  async function ask(timeout: number): Promise<{ path: string; judged: Promise<Exit> }> {
    sessions += 1;
    const path = join(folder.path, `project-${sessions}`);
    mkdirSync(path);
    await owner.call(path, 'configure_project', { settings: { 'approvals.hookWaitSeconds': 45 } });
    const args = ['hook', 'claude', 'PreToolUse', '--timeout', String(timeout)];
    const payload = JSON.stringify({ session_id: 's', cwd: path, ...dangerous });
    return { path, judged: runBridge(args, { home, cwd: path, way }, payload) };
  }

  async function pendingIn(path: string): Promise<string> {
    const listed = async () => (await owner.call(path, 'list_approvals', {})).approvals;
    await expect.poll(listed, { timeout: 10_000 }).toHaveLength(1);
    const [approval] = (await listed()) as { approval_id: string }[];
    return approval?.approval_id ?? '';
  }
});

it('has two sessions that write one file at the same time agree on one of them', async () => {
  const path = join(folder.path, 'contested');
  mkdirSync(path);
  const names = ['ada', 'bob', 'cleo', 'dan'];
  const edit = { tool_name: 'Edit', tool_input: { file_path: join(path, 'a.ts'), new_string: '' } };
  const exits = await Promise.all(
    names.map((session_id, index) =>
      runBridge(
        ['hook', 'claude', 'PreToolUse'],
        { home, cwd: path, way: index % 2 === 0 ? 'sh' : 'node' },
        JSON.stringify({ session_id, cwd: path, ...edit }),
      ),
    ),
  );
  const decisions = exits.map(exit => decisionOf(exit).decision).sort();
  expect(decisions).toEqual(['deny', 'deny', 'deny', 'none']);
});

it.for(['node', 'sh'] as const)(
  'finds by %s what is hidden in a thousand lines and ten megabytes',
  async way => {
    const around = { home, cwd: repository, way };
    const judge = async (tool_name: string, tool_input: object) => {
      const payload = { session_id: `long ${way}`, cwd: repository, tool_name, tool_input };
      return runBridge(['hook', 'claude', 'PreToolUse'], around, JSON.stringify(payload));
    };
    const lines = 'echo one more line of a long script\n'.repeat(1_000);
    expect(decisionOf(await judge('Bash', { command: lines })).decision).toBe('none');
    const hidden = await judge('Bash', { command: `${lines}git push --force origin main\n${lines}` });
    expect(decisionOf(hidden)).toMatchObject({
      decision: 'deny',
      reason: expect.stringContaining('published history'),
    });
    const file_path = join(repository, `long-${way}.ts`);
    const large = await judge('Write', { file_path, content: 'let line = 1;\n'.repeat(750_000) });
    // A person is shown what is too long to be judged.
    expect(decisionOf(large)).toMatchObject({
      decision: 'deny',
      reason: expect.stringMatching(/approval_id/),
    });
    expect(large.milliseconds).toBeLessThan(20_000);
  },
);

it.concurrent('asks the next owner when this one is killed while a person is waited for', async ({
  onTestFinished,
  expect,
}) => {
  const stage = await openHookStage('node', onTestFinished);
  const approvals = async (): Promise<object[]> =>
    JSON.parse((await stage.run(['approvals', '--json'])).stdout).approvals;
  await approvals();
  const first = ownerOf(stage.home);
  const { child, exit } = stage.start(['hook', 'claude', 'PreToolUse', '--timeout', '20']);
  child.stdin.end(JSON.stringify({ session_id: 's', cwd: stage.folder, ...dangerous }));
  await expect.poll(async () => (await approvals()).length, { timeout: 10_000 }).toBe(1);
  await endOwner(stage.home);
  expect(decisionOf(await exit)).toMatchObject({
    decision: 'deny',
    // A machine that is slow to start the next one leaves the hook no time for it.
    reason: expect.stringMatching(/wait_for_approval|did not answer within/),
  });
  expect(ownerOf(stage.home)).not.toBe(first);
  expect(await approvals()).toHaveLength(1);
});

it.concurrent('denies by sh when its coordinator is killed while a person is waited for', async ({
  onTestFinished,
  expect,
}) => {
  const stage = await openHookStage('sh', onTestFinished);
  await stage.preToolUse(harmless, { timeout: 100 });
  const { child, exit } = stage.start(['hook', 'claude', 'PreToolUse', '--timeout', '30']);
  child.stdin.end(JSON.stringify({ session_id: 's', cwd: stage.folder, ...dangerous }));
  const approvals = async () =>
    JSON.parse((await stage.run(['approvals', '--json'])).stdout).approvals.length;
  await expect.poll(approvals, { timeout: 10_000 }).toBe(1);
  await endOwner(stage.home);
  const ended = await exit;
  expect(decisionOf(ended)).toMatchObject({ decision: 'deny' });
  expect(ended.milliseconds).toBeLessThan(25_000);
});
