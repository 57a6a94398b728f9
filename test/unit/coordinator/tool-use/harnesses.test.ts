import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalCall } from '../../../../src/coordinator/tool-use/canonical-call.ts';
import { eventOf, harnesses } from '../../../../src/coordinator/tool-use/harnesses.ts';
import { claudeTools } from '../../../../src/coordinator/tool-use/tools/claude.ts';
import { codexTools } from '../../../../src/coordinator/tool-use/tools/codex.ts';
import { copilotTools } from '../../../../src/coordinator/tool-use/tools/copilot.ts';
import { vscodeTools } from '../../../../src/coordinator/tool-use/tools/vscode.ts';

const toolNames = [claudeTools, vscodeTools, copilotTools, codexTools].flatMap(table => Object.keys(table));

const act = (tool: string, input: unknown, harness: (typeof harnesses)[number] = 'claude') =>
  canonicalCall(harness, 'PreToolUse', { tool_name: tool, tool_input: input }, 'bash').action;

describe('canonicalCall', () => {
  it('never throws, whatever the payload', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...harnesses),
        fc.constantFrom('PreToolUse', 'postToolUse', 'Stop', ''),
        fc.anything(),
        (harness, event, payload) => {
          expect(canonicalCall(harness, event, payload, 'bash')).toMatchObject({ event: eventOf(event) });
        },
      ),
    );
  });

  it('never takes a call that it does not understand for a harmless one', () => {
    const named = { tool_name: fc.constantFrom(...toolNames), tool_input: fc.anything() };
    fc.assert(
      fc.property(fc.constantFrom(...harnesses), fc.record(named), (harness, payload) => {
        const { action } = canonicalCall(harness, 'PreToolUse', payload, 'bash');
        // What needs arguments to be judged cannot be judged by accident.
        if ('paths' in action) expect(action.paths.length).toBeGreaterThan(0);
        if (action.kind === 'shell') expect(typeof action.command).toBe('string');
        if (action.kind === 'unknown') expect(action.mayWrite).toBe(true);
      }),
    );
  });

  it.each([
    ['Bash', {}],
    ['Bash', { command: 3 }],
    ['Bash', { command: ['rm', 3] }],
    ['Write', { content: 'x' }],
    ['Write', { file_path: ' ' }],
    ['apply_patch', { input: 'no headers' }],
    ['ExitWorktree', { action: 'remove', discard_changes: true }],
    ['toString', {}],
  ])('asks about %s with %j', (tool, input) => {
    expect(act(tool, input)).toEqual({ kind: 'unknown', tool, mayWrite: true });
  });

  it('guesses from name and arguments whether an unlisted tool may write', () => {
    expect(act('listBuckets', { prefix: 'a' })).toMatchObject({ mayWrite: false });
    expect(act('get_logs', {})).toMatchObject({ mayWrite: false });
    expect(act('get_shell_output', { command: 'rm -rf /' })).toMatchObject({ mayWrite: true });
    expect(act('getaway', {})).toMatchObject({ mayWrite: true });
    expect(act('deploy', {})).toMatchObject({ mayWrite: true });
  });

  it('knows the tools of other harnesses too, since harnesses read one another’s plugins', () => {
    expect(act('run_in_terminal', { command: 'ls' }, 'claude')).toMatchObject({ kind: 'shell' });
    expect(act('Edit', { file_path: 'a', new_string: 'b' }, 'vscode')).toMatchObject({ kind: 'edit' });
  });

  it('reads a shell given as words', () => {
    expect(act('shell', { command: ['/bin/zsh', '-lc', 'a && b'] }, 'codex')).toMatchObject({
      command: 'a && b',
      shell: 'bash',
    });
    expect(
      act('shell', { command: ['pwsh.exe', '-NoProfile', '-Command', 'Get-Item x'] }, 'codex'),
    ).toMatchObject({ command: 'Get-Item x', shell: 'powershell' });
    expect(act('shell', { command: ['rm', '-rf', 'a b'] }, 'codex')).toMatchObject({
      command: "rm -rf 'a b'",
    });
    expect(act('shell', { command: ['sh', '-c', 'echo "$0"', 'x'] }, 'codex')).toMatchObject({
      command: `sh -c 'echo "$0"' x`,
    });
  });

  it('turns file URIs into paths', () => {
    expect(act('create_file', { filePath: 'file:///work/a%20b.ts', content: '' }, 'vscode')).toMatchObject({
      paths: [{ path: '/work/a b.ts', access: 'write' }],
    });
  });

  it('puts the words of a task together as the shell will read them', () => {
    const task = { label: 't', type: 'shell', command: 'rm', args: ['-rf', "it's"] };
    expect(act('create_and_run_task', { task }, 'vscode')).toMatchObject({ command: `rm -rf 'it'\\''s'` });
  });
});
