import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToolAction } from '../../src/coordinator/tool-use/action.ts';
import { canonicalCall } from '../../src/coordinator/tool-use/canonical-call.ts';
import { type Harness, harnesses, isLeftToPlugin } from '../../src/coordinator/tool-use/harnesses.ts';

const folder = join(import.meta.dirname, 'payloads');

const write = (path: string) => ({ path, access: 'write' as const });
const nothing: ToolAction = { kind: 'none' };
const agent: ToolAction = { kind: 'agent' };

/** What each recorded payload means. A file without a line here fails the test below. */
const meanings: Record<Harness, Record<string, ToolAction>> = {
  vscode: {
    'PostToolUse.create_file': { kind: 'write', paths: [write('/workspace/new.txt')], content: 'hello\n' },
    'PostToolUse.mcp_hookmcp_add_item': {
      kind: 'mcp',
      server: 'hookmcp',
      tool: 'add_item',
      input: { label: 'x' },
    },
    'PostToolUse.replace_string_in_file': {
      kind: 'edit',
      paths: [write('/workspace/app.js')],
      content: 'let a = 11;',
      replaces: 'let a = 1;',
    },
    'PostToolUse.run_in_terminal': {
      kind: 'shell',
      command: 'touch /workspace/made-by-terminal && echo TERM-OK',
      shell: 'bash',
    },
    'PreToolUse.apply_patch': {
      kind: 'edit',
      paths: [
        write('/workspace/src/a.ts'),
        write('/workspace/src/b.ts'),
        { path: '/workspace/src/c.ts', access: 'delete' },
      ],
      content: 'let a = 2;\nexport {};',
      replaces: 'let a = 1;',
    },
    'PreToolUse.create_and_run_task': {
      kind: 'task',
      label: 't1',
      command: 'touch /workspace/made-by-task',
      shell: 'bash',
      cwd: '/workspace',
    },
    'PreToolUse.create_directory': nothing,
    'PreToolUse.create_file': { kind: 'write', paths: [write('/workspace/new.txt')], content: 'hello\n' },
    'PreToolUse.edit_notebook_file': {
      kind: 'edit',
      paths: [write('/workspace/n.ipynb')],
      content: 'print(1)',
    },
    'PreToolUse.fetch_webpage': { kind: 'fetch', urls: ['https://example.com/a'] },
    'PreToolUse.insert_edit_into_file': {
      kind: 'edit',
      paths: [write('/workspace/README.md')],
      content: '# hello\nline two\nline three\n',
    },
    'PreToolUse.install_extension': {
      kind: 'editor_command',
      command: 'workbench.extensions.installExtension',
      arguments: ['publisher.name'],
    },
    'PreToolUse.mcp_hookmcp_add_item': {
      kind: 'mcp',
      server: 'hookmcp',
      tool: 'add_item',
      input: { label: 'x' },
    },
    'PreToolUse.mcp_hookmcp_list_items': { kind: 'mcp', server: 'hookmcp', tool: 'list_items', input: {} },
    'PreToolUse.multi_replace_string_in_file': {
      kind: 'edit',
      paths: [write('/workspace/a.js'), write('/workspace/b.js')],
      content: '2\n4',
      replaces: '1\n3',
    },
    'PreToolUse.read_file': { kind: 'read', paths: [{ path: '/workspace/does-not-exist', access: 'read' }] },
    'PreToolUse.replace_string_in_file': {
      kind: 'edit',
      paths: [write('/workspace/app.js')],
      content: 'let a = 11;',
      replaces: 'let a = 1;',
    },
    'PreToolUse.runSubagent': agent,
    'PreToolUse.run_in_terminal': {
      kind: 'shell',
      command: 'touch /workspace/made-by-terminal && echo TERM-OK',
      shell: 'bash',
    },
    'PreToolUse.run_notebook_cell': { kind: 'unknown', tool: 'run_notebook_cell', mayWrite: true },
    'PreToolUse.run_vscode_command': {
      kind: 'editor_command',
      command: 'workbench.action.files.newUntitledFile',
      arguments: [],
    },
    'PreToolUse.send_to_terminal': { kind: 'terminal_input', text: 'y', shell: 'bash' },
    'PreToolUse.vscode_renameSymbol': {
      kind: 'edit',
      paths: [write('src/a.ts')],
      content: 'b',
      andOthers: true,
    },
    SessionStart: nothing,
    Stop: nothing,
    SubagentStart: nothing,
    SubagentStop: nothing,
    UserPromptSubmit: nothing,
  },
  claude: {
    PreCompact: nothing,
    'PreToolUse.Agent': agent,
    'PreToolUse.Bash': { kind: 'shell', command: 'ls src', shell: 'bash' },
    'PreToolUse.Bash.force-push': { kind: 'shell', command: 'git push --force origin main', shell: 'bash' },
    'PreToolUse.Bash.subagent': { kind: 'shell', command: 'ls', shell: 'bash' },
    'PreToolUse.Edit': {
      kind: 'edit',
      paths: [write('/workspace/src/stock.js')],
      content: 'Returns them',
      replaces: 'Puts goods back',
    },
    'PreToolUse.MultiEdit': {
      kind: 'edit',
      paths: [write('/workspace/src/a.ts')],
      content: '2\n4',
      replaces: '1\n3',
    },
    'PreToolUse.NotebookEdit': { kind: 'edit', paths: [write('/workspace/n.ipynb')], content: 'print(1)' },
    'PreToolUse.PowerShell': {
      kind: 'shell',
      command: 'Remove-Item -Recurse -Force C:\\work',
      shell: 'powershell',
    },
    'PreToolUse.Read': { kind: 'read', paths: [{ path: '/workspace/src/stock.js', access: 'read' }] },
    'PreToolUse.Read.env': { kind: 'read', paths: [{ path: '/workspace/.env', access: 'read' }] },
    'PreToolUse.Task': agent,
    'PreToolUse.TaskCreate': nothing,
    'PreToolUse.TodoWrite': nothing,
    'PreToolUse.WebFetch': { kind: 'fetch', urls: ['https://example.com/a'] },
    'PreToolUse.Write': { kind: 'write', paths: [write('/workspace/src/new.js')], content: 'export {};\n' },
    'PreToolUse.Write.subagent': {
      kind: 'write',
      paths: [write('/workspace/held.txt')],
      content: 'mine\n',
    },
    'PreToolUse.mcp__interlock__check_locks': {
      kind: 'mcp',
      server: 'interlock',
      tool: 'check_locks',
      input: { paths: ['src/new.js'] },
    },
    SessionEnd: nothing,
    SessionStart: nothing,
    'SessionStart.compact': nothing,
    'SessionStart.resume': nothing,
    Stop: nothing,
    UserPromptSubmit: nothing,
  },
  copilot: {
    agentStop: nothing,
    'preToolUse.apply_patch': {
      kind: 'edit',
      paths: [{ path: 'src/a.ts', access: 'delete' }, write('src/b.ts')],
      content: '2',
      replaces: '1',
    },
    'preToolUse.bash': { kind: 'shell', command: 'rm -rf build', shell: 'bash' },
    'preToolUse.create': { kind: 'write', paths: [write('/workspace/new.txt')], content: 'hello\n' },
    'preToolUse.edit': { kind: 'edit', paths: [write('/workspace/a.js')], content: '2', replaces: '1' },
    'preToolUse.mcp': {
      kind: 'mcp',
      server: 'github-mcp-server',
      tool: 'create_issue',
      input: { title: 'x' },
    },
    'preToolUse.sql': nothing,
    'preToolUse.str_replace_editor.view': {
      kind: 'read',
      paths: [{ path: '/workspace/a.js', access: 'read' }],
    },
    'preToolUse.view': { kind: 'read', paths: [{ path: '/workspace/a.js', access: 'read' }] },
    'preToolUse.web_fetch': { kind: 'fetch', urls: ['https://example.com'] },
    'preToolUse.write_powershell': { kind: 'terminal_input', text: 'y{enter}', shell: 'powershell' },
    sessionEnd: nothing,
    sessionStart: nothing,
    'snake-case.PreToolUse.bash': { kind: 'shell', command: 'ls', shell: 'bash' },
    userPromptSubmitted: nothing,
  },
  codex: {
    'PreToolUse.Bash': { kind: 'shell', command: 'git reset --hard', shell: 'bash' },
    'PreToolUse.apply_patch': {
      kind: 'edit',
      paths: [write('src/new.rs'), write('src/lib.rs'), { path: 'src/old.rs', access: 'delete' }],
      content: 'new\nnew',
      replaces: 'old',
    },
    'PreToolUse.clocksleep': nothing,
    'PreToolUse.collaborationspawn_agent': agent,
    'PreToolUse.create_goal': nothing,
    'PreToolUse.local_shell': { kind: 'shell', command: `git commit -m 'it'\\''s done'`, shell: 'bash' },
    'PreToolUse.mcp': { kind: 'mcp', server: 'github', tool: 'create_issue', input: { title: 'x' } },
    'PreToolUse.shell': { kind: 'shell', command: 'rm -rf ~', shell: 'bash', cwd: '/workspace/sub' },
    'PreToolUse.update_plan': nothing,
    'PreToolUse.write_stdin': { kind: 'terminal_input', text: 'y\n', shell: 'bash' },
    SessionEnd: nothing,
    SessionStart: nothing,
    Stop: nothing,
    UserPromptSubmit: nothing,
  },
};

function payloadsOf(harness: Harness): { name: string; payload: Record<string, unknown> }[] {
  return readdirSync(join(folder, harness)).map(file => ({
    name: file.replace(/\.json$/, ''),
    payload: JSON.parse(readFileSync(join(folder, harness, file), 'utf8')),
  }));
}

function eventIn(name: string): string {
  return name.replace(/^snake-case\./, '').split('.')[0] ?? '';
}

describe.each(harnesses)('payloads of %s', harness => {
  it.each(payloadsOf(harness))('$name is understood', ({ name, payload }) => {
    const call = canonicalCall(harness, eventIn(name), payload, 'bash');
    expect(call.action).toEqual(meanings[harness][name]);
    expect(call).toMatchObject({
      harness,
      sessionId: payload.session_id ?? payload.sessionId,
      cwd: '/workspace',
    });
  });

  it('has a meaning for each recorded payload and no other', () => {
    expect(
      payloadsOf(harness)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(meanings[harness]).sort());
  });
});

describe('what a payload says besides the tool', () => {
  const payload = (harness: Harness, name: string) =>
    payloadsOf(harness).find(found => found.name === name)?.payload;

  it('gives events the same names for all harnesses', () => {
    expect(
      canonicalCall('copilot', 'userPromptSubmitted', payload('copilot', 'userPromptSubmitted')),
    ).toMatchObject({ event: 'UserPromptSubmit', prompt: 'fix the test' });
    expect(canonicalCall('copilot', 'agentStop', payload('copilot', 'agentStop')).event).toBe('Stop');
    expect(canonicalCall('copilot', 'preToolUse', payload('copilot', 'preToolUse.bash')).event).toBe(
      'PreToolUse',
    );
  });

  it('names the agent inside a session that makes the call, where the harness tells', () => {
    const sent = payload('claude', 'PreToolUse.Bash.subagent');
    expect(canonicalCall('claude', 'PreToolUse', sent).subagent).toEqual({
      id: sent?.agent_id,
      type: 'general-purpose',
    });
    expect(sent?.agent_id).toMatch(/^[0-9a-f]+$/);
  });

  it('recognises Copilot behind hooks that its command line and the editor’s agent host run too', () => {
    const bash = payload('copilot', 'snake-case.PreToolUse.bash');
    expect(canonicalCall('claude', 'PreToolUse', bash).harness).toBe('copilot');
    for (const installedFor of ['claude', 'vscode'] as const)
      expect(canonicalCall(installedFor, 'PreToolUse', payload('copilot', 'preToolUse.edit')).harness).toBe(
        'copilot',
      );
  });

  it('recognises Codex behind hooks that were installed for another harness', () => {
    expect(canonicalCall('claude', 'PreToolUse', payload('codex', 'PreToolUse.Bash')).harness).toBe('codex');
  });
});

describe('a call that comes to Copilot’s own hooks', () => {
  it.each(payloadsOf('vscode'))(
    'is left to the plugin where VS Code’s agent makes it: $name',
    ({ name, payload }) => {
      expect(isLeftToPlugin('copilot', payload, true)).toBe(true);
      expect(canonicalCall('copilot', eventIn(name), payload).harness).toBe('vscode');
    },
  );

  it.each(payloadsOf('vscode'))('is judged where no plugin is run: $name', ({ payload }) => {
    expect(isLeftToPlugin('copilot', payload, false)).toBe(false);
  });

  it.each((['copilot', 'claude', 'codex'] as const).flatMap(payloadsOf))(
    'is judged in any editor where another makes it: $name',
    ({ payload }) => {
      for (const pluginIsRun of [true, false])
        expect(isLeftToPlugin('copilot', payload, pluginIsRun)).toBe(false);
    },
  );

  it('is judged where anything is missing of what VS Code’s agent sends', () => {
    const whole = payloadsOf('vscode').find(({ name }) => name === 'PreToolUse.run_in_terminal')?.payload;
    for (const field of ['hook_event_name', 'session_id', 'transcript_path', 'tool_name', 'tool_use_id']) {
      expect(isLeftToPlugin('copilot', { ...whole, [field]: undefined }, true), field).toBe(false);
      expect(isLeftToPlugin('copilot', { ...whole, [field]: 7 }, true), field).toBe(false);
    }
    const elsewhere = { ...whole, transcript_path: '/home/ada/.copilot/session-state/GitHub.copilot-chat' };
    expect(isLeftToPlugin('copilot', elsewhere, true)).toBe(false);
  });

  it('is judged whatever else it is, and hooks of others leave nothing to the plugin', () => {
    fc.assert(
      fc.property(fc.anything(), payload => {
        expect(isLeftToPlugin('copilot', payload, true)).toBe(false);
      }),
    );
    for (const { payload } of payloadsOf('vscode'))
      for (const installedFor of ['vscode', 'claude', 'codex'] as const)
        expect(isLeftToPlugin(installedFor, payload, true)).toBe(false);
  });
});
