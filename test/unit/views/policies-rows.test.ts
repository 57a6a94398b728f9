import { describe, expect, test } from 'vitest';
import type { NetworkRule } from '../../../src/extension/project-state.ts';
import { agentRows } from '../../../src/views/agents-rows.ts';
import { policyRows } from '../../../src/views/policies-rows.ts';
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

describe('the view Agents', () => {
  test('shows below an agent what its session is allowed, and no other’s', () => {
    const [ada] = agentRows(aWindow({ agents: [anAgent()], grants: [aGrant(), permission] }), now);
    expect(ada?.description).toContain('1 grant');
    expect(ada?.children?.map(({ label, kind }) => [label, kind])).toEqual([
      ['replaces published history', 'grant'],
    ]);
  });
});
