import { describe, expect, test } from 'vitest';
import type { GuardrailRule, Guardrails, NetworkRule } from '../../../src/extension/project-state.ts';
import { agentRows } from '../../../src/views/agents-rows.ts';
import { policyRows } from '../../../src/views/policies-rows.ts';
import type { Row } from '../../../src/views/row.ts';
import { aGrant, anAgent, at, aWindow, now } from '../../support/window-state.ts';

const aRule = (change: Partial<NetworkRule> = {}): NetworkRule => ({
  rule_id: 'r1',
  domain: '*.example.com',
  port: null,
  verdict: 'deny',
  profile: null,
  priority: 100,
  everywhere: false,
  reason: 'nothing to look for there',
  changed_at: at(-60),
  changed_by: 'Robin',
  ...change,
});

const permission = aGrant({
  number: 2,
  agent_id: 'otto',
  covers: 'operation',
  operation: 'cleanup_dead_agents',
  last_used_at: null,
  use_count: 0,
  session_id: 'other',
});

describe('the view Policies & Profiles', () => {
  test('shows what sessions are allowed, for how long, and whether they made use of it', () => {
    const [grants] = policyRows(aWindow({ grants: [aGrant(), permission] }), now);
    expect(grants?.children?.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      'replaces published history: ada · allowed for 14 min · used 2 times, last just now',
      'cleanup dead agents: otto · allowed for 14 min · not used',
    ]);
  });

  test('shows which hosts agents may reach, and for whom that holds', () => {
    const networkRules = [
      aRule(),
      aRule({
        rule_id: 'r2',
        domain: 'pypi.org',
        port: 443,
        verdict: 'allow',
        profile: 'codex_cloud_worker',
      }),
    ];
    const [network] = policyRows(aWindow({ networkRules }), now);
    expect(network).toMatchObject({ label: 'Network', description: '2', folded: true });
    expect(network?.children?.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      '*.example.com: forbidden',
      'pypi.org:443: allowed · for codex_cloud_worker',
    ]);
  });
});

describe('guardrails in the view Policies & Profiles', () => {
  const rule = (change: Partial<GuardrailRule>): GuardrailRule => ({
    id: 'git.force-push',
    category: 'git',
    severity: 'approval_required',
    min_trust: 5,
    enabled: true,
    why: 'Others lose their work.',
    suggestion: null,
    changed_at: null,
    changed_by: null,
    change_reason: null,
    ...change,
  });
  const rules = [
    rule({}),
    rule({ id: 'git.clean', min_trust: 3 }),
    rule({
      id: 'files.delete',
      category: 'file_deletion',
      severity: 'block',
      changed_by: 'Robin',
      changed_at: at(-60),
    }),
    rule({ id: 'git.note', severity: 'log', min_trust: 3 }),
    rule({ id: 'git.off', enabled: false }),
  ];
  const nothing = { path: '.interlock/guardrails.yaml', problems: [], rules: [], changes: [] };
  const shown = (project: Guardrails['project']) => {
    const [guardrails] = policyRows(aWindow({ guardrails: { rules, project } }), now);
    return guardrails?.children ?? [];
  };
  const lines = (rows: readonly Row<unknown>[] | undefined) =>
    rows?.map(({ label, description }) => `${label}: ${description}`);

  test('are listed by what they are about, with what happens in plain words', () => {
    const [git, files] = shown({ ...nothing, file: 'absent' });
    expect(files).toMatchObject({ label: 'Deleting files', description: '1', folded: true });
    expect(lines(git?.children)).toEqual([
      'git.force-push: a person is asked',
      'git.clean: a person is asked · only noted from trust 3 (elevated) on',
      'git.note: passes and is noted',
      'git.off: switched off',
    ]);
    expect(lines(files?.children)).toEqual(['files.delete: refused · changed by Robin']);
  });

  test('of the project come first, each with its place in the file', () => {
    const [own, git] = shown({
      ...nothing,
      file: 'good',
      rules: [
        {
          id: 'project.no-releases',
          severity: 'block',
          min_trust: 5,
          looks_for: 'npm run release',
          why: 'The pipeline makes them.',
          suggestion: null,
          line: 4,
        },
      ],
      changes: [{ id: 'git.clean', enabled: true, severity: 'block', min_trust: 5, line: 9 }],
    });
    expect(own?.label).toBe('.interlock/guardrails.yaml');
    expect(lines(own?.children)).toEqual(['no-releases: refused', 'git.clean: built in, here: refused']);
    expect(own?.children?.map(({ click, subject }) => [click?.command, subject])).toEqual([
      ['interlock.openGuardrails', { folder: '/repo', line: 4 }],
      ['interlock.openGuardrails', { folder: '/repo', line: 9 }],
    ]);
    expect(lines(git?.children)).toContain('git.clean: refused · by this project');
  });

  test('of the project that cannot be read say where the mistakes are, and what holds until then', () => {
    const problems = [{ line: 3, column: 5, message: 'rules.0.why: Required' }];
    const [own] = shown({ ...nothing, file: 'bad', problems });
    expect(own?.description).toContain('a person is asked about every change');
    expect(lines(own?.children)).toEqual(['rules.0.why: Required: line 3, column 5']);
    expect(own?.children?.[0]?.subject).toEqual({ folder: '/repo', line: 3 });
  });
});

describe('the view Agents', () => {
  test('shows below an agent what its session is allowed, and no other’s', () => {
    const [ada] = agentRows(aWindow({ agents: [anAgent()], grants: [aGrant(), permission] }), now);
    expect(ada?.description).toContain('1 grant');
    const [, ...held] = ada?.children ?? [];
    expect(held.map(({ label, kind }) => [label, kind])).toEqual([['replaces published history', 'grant']]);
  });
});
