import { describe, expect, test } from 'vitest';
import type { HookFileState } from '../../../src/extension/hook-files.ts';
import type { ProjectState } from '../../../src/extension/project-state.ts';
import type { WindowState } from '../../../src/extension/window-state.ts';
import { activityRows } from '../../../src/views/activity-rows.ts';
import { policyRows } from '../../../src/views/policies-rows.ts';
import { problemIn } from '../../../src/views/problems.ts';
import { statusOf } from '../../../src/views/status-words.ts';
import { aProject, aRecord, at, aWindow, now } from '../../support/window-state.ts';

const aFile = (change: Partial<HookFileState> = {}): HookFileState => ({
  agent: 'claude',
  title: 'Claude Code',
  harness: 'claude',
  scope: 'user',
  folder: '',
  path: '/home/ada/.claude/settings.json',
  standing: 'inForce',
  switchedOffBy: undefined,
  report: undefined,
  ...change,
});
const fired = (...harnesses: string[]): Partial<ProjectState> => ({
  hooks: { files: [], fired: harnesses.map(harness => ({ harness, fired_at: at(-180) })) },
});

function shown(window: Partial<WindowState>, project: Partial<ProjectState> = {}) {
  const state = aWindow({ isRepository: true, ...project }, { hookFiles: [], ...window });
  const [group] = policyRows(state, now);
  return {
    group,
    lines: group?.children?.map(({ label, description }) => `${label}: ${description}`),
    rows: group?.children ?? [],
    problem: problemIn(state),
    status: statusOf(state),
  };
}

describe('the rows of protection', () => {
  test('say of no harness that it is guarded before its hooks have called', () => {
    const { lines, group } = shown({ hookFiles: [aFile()] });
    expect(lines).toEqual([
      'VS Code’s agent: installed, has not called yet',
      'Claude Code: installed, has not called yet · ~/.claude/settings.json',
    ]);
    expect(group).toMatchObject({ label: 'Protection', description: '0 of 2 guarded', folded: true });
  });

  test('say when the hooks of each harness last called from this project', () => {
    const { lines, group, rows } = shown({ hookFiles: [aFile()] }, fired('vscode', 'claude'));
    expect(lines).toEqual([
      'VS Code’s agent: guarded, called 3 min ago',
      'Claude Code: guarded, called 3 min ago · ~/.claude/settings.json',
    ]);
    expect(group?.description).toBe('2 of 2 guarded');
    expect(rows[1]?.tooltip?.facts[0]).toEqual({
      name: 'For all repositories',
      value: '/home/ada/.claude/settings.json',
    });
  });

  test.each([
    ['chatHooksOff', 'chat.useHooks'],
    ['chatPluginsOff', 'chat.plugins.enabled'],
    ['switchedOff', 'interlock.hooks.enabled'],
    ['untrusted', 'Restricted Mode'],
  ] as const)('never call the editor’s agent guarded while its hooks cannot run: %s', (unguarded, why) => {
    const { rows } = shown({ unguarded }, fired('vscode'));
    expect(rows[0]).toMatchObject({ description: 'switched off', icon: { name: 'warning' } });
    expect(rows[0]?.tooltip?.text).toContain(why);
  });

  test('nor where the editor has no agent, nor where a chat calls that no hook has announced', () => {
    expect(shown({ isWithoutAgents: true }, fired('vscode')).lines).toEqual([
      'VS Code’s agent: no agent here',
    ]);
    const guard = { what: 'guard', message: 'The guard is inactive.', next: 'Look.', since: at(-1) };
    const { project } = aProject();
    if (!project) throw new Error('a project of the tests is known');
    const silent = { project: { ...project, troubles: [guard] }, ...fired('vscode') };
    expect(shown({}, silent).lines).toEqual(['VS Code’s agent: not running']);
  });

  test('say that an agent without hooks is only advised', () => {
    const { rows, problem } = shown({ hookFiles: [aFile({ standing: 'absent' })] }, fired('claude'));
    expect(rows[1]).toMatchObject({ description: 'not connected', kind: 'absentHooks' });
    expect(rows[1]?.tooltip?.text).toContain('not checked');
    expect(problem).toBeUndefined();
  });

  test('tell a person of hooks that were removed or altered, with what mends it, however recently they called', () => {
    for (const [standing, words] of [
      ['missing', 'hooks removed'],
      ['altered', 'hooks altered'],
    ] as const) {
      const file = aFile({ standing });
      const { rows, group, problem, status } = shown({ hookFiles: [file] }, fired('claude', 'vscode'));
      expect(rows[1]).toMatchObject({
        description: `${words} · ~/.claude/settings.json`,
        kind: 'brokenHooks',
        icon: { name: 'warning' },
      });
      expect(group).toMatchObject({
        description: 'hooks of Claude Code do not work',
        icon: { name: 'warning' },
      });
      expect(problem?.remedies.map(({ title, arguments: given }) => [title, given])).toEqual([
        ['Restore', [file.path]],
        ['Leave Them Off', [file.path]],
      ]);
      expect(status).toMatchObject({ urgency: 'warning', text: expect.stringContaining('not guarded') });
    }
  });

  test('name the setting that keeps all hooks of an agent from running', () => {
    const switchedOffBy = {
      setting: 'disableAllHooks',
      path: '/repo/.claude/settings.json',
      isOff: () => true,
    };
    const file = aFile({ standing: 'switchedOff', switchedOffBy });
    const { rows, problem } = shown({ hookFiles: [file] }, fired('claude'));
    expect(rows[1]?.description).toContain('switched off');
    expect(problem).toMatchObject({
      message: expect.stringContaining('disableAllHooks in /repo/.claude/settings.json'),
      remedies: [{ title: 'Open File' }],
      isMaybeMeant: true,
    });
  });

  test('of several files of an agent show the one that is worst', () => {
    const here = aFile({
      scope: 'project',
      folder: '/repo',
      path: '/repo/.claude/settings.local.json',
      standing: 'missing',
    });
    expect(shown({ hookFiles: [aFile(), here] }).rows[1]).toMatchObject({
      description: 'hooks removed · .claude/settings.local.json',
      subject: { hookFile: here },
    });
  });

  test('show Copilot’s command line beside the editor’s agent, with the file of its own', () => {
    const file = aFile({
      agent: 'copilot',
      title: 'Copilot CLI',
      harness: 'copilot',
      path: '/home/ada/.copilot/hooks/interlock.json',
    });
    expect(shown({ hookFiles: [file] }, fired('copilot')).lines).toEqual([
      'VS Code’s agent: installed, has not called yet',
      'Copilot CLI: guarded, called 3 min ago · ~/.copilot/hooks/interlock.json',
    ]);
  });

  test('say that Codex wants its hooks looked at, until they have called', () => {
    const file = aFile({ agent: 'codex', title: 'Codex', harness: 'codex' });
    expect(shown({ hookFiles: [file] }).rows[1]?.tooltip?.text).toContain('/hooks');
    expect(shown({ hookFiles: [file] }, fired('codex')).rows[1]?.tooltip?.text).not.toContain('/hooks');
  });
});

test.each([
  ['connected', 'Robin connected Claude Code: .claude/settings.local.json', 'shield'],
  ['removed', 'The hooks of Claude Code were removed: .claude/settings.local.json', 'warning'],
  ['altered', 'The hooks of Claude Code were altered: .claude/settings.local.json', 'warning'],
  ['switched_off', 'The hooks of Claude Code were switched off: .claude/settings.local.json', 'warning'],
  ['restored', 'The hooks of Claude Code are back: .claude/settings.local.json', 'shield'],
])('the record tells that hooks were %s without being asked', (change, sentence, icon) => {
  const entry = aRecord({
    operation: 'report_hook_file',
    caller: { kind: 'operator', name: 'Robin' },
    resource: { type: 'Project', id: 'hooks in /repo/.claude/settings.local.json' },
    facts: { change, harness: 'claude', path: '/repo/.claude/settings.local.json' },
  });
  const [row] = activityRows(aWindow({ activity: [entry] }), new Set(), now);
  expect(row).toMatchObject({ label: sentence, icon: { name: icon } });
});
