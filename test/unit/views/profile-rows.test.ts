import { describe, expect, test } from 'vitest';
import { agentRows } from '../../../src/views/agents-rows.ts';
import { policyRows } from '../../../src/views/policies-rows.ts';
import { anAgent, aProfile, at, aWindow, now } from '../../support/window-state.ts';

describe('profiles', () => {
  test('are shown with their trust, whose they are, and who was given them', () => {
    const profiles = [
      aProfile({ name: 'codex_cli', agent_type: 'codex', is_default: true, max_file_modifications: 50 }),
      aProfile({ name: 'project_default', is_default: true, trust_level: 1 }),
      aProfile({ name: 'suspended', trust_level: 0, enabled: false }),
    ];
    const assignments = [
      {
        agent_id: 'ada',
        session_id: null,
        profile: 'suspended',
        reason: 'it goes in circles',
        assigned_by: 'Robin',
        assigned_at: at(-60),
      },
    ];
    const [group] = policyRows(aWindow({ profiles, assignments }), now);
    expect(group?.children?.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      'codex_cli: trust 2 (writes) · for codex · 50 files',
      'project_default: trust 1 (reads) · for everybody else · 100 files',
      'suspended: switched off · trust 0 (suspended) · 100 files',
    ]);
    expect(group?.children?.[2]?.children).toMatchObject([
      { label: 'ada', description: 'it goes in circles', kind: 'assignment' },
    ]);
  });

  test('say of an agent that it is suspended, and offer to let it go on', () => {
    const [ada] = agentRows(aWindow({ agents: [anAgent({ trust_level: 0, profile: 'suspended' })] }), now);
    expect(ada).toMatchObject({
      kind: 'suspendedAgent',
      description: expect.stringMatching(/^suspended · /),
    });
  });
});
