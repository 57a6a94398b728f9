import { describe, expect, test } from 'vitest';
import type { Api } from '../../../../src/extension/api.ts';
import type { Policy } from '../../../../src/extension/project-state.ts';
import { policyKind } from '../../../../src/extension/rule-files/policy-kind.ts';
import { aProject, at } from '../../../support/window-state.ts';

const aPolicy = (change: Partial<Policy> = {}): Policy => ({
  name: 'ask-first',
  version: 3,
  action: 'updated',
  text: 'forbid (principal, action, resource);\n',
  enabled: true,
  restored_version: null,
  author: 'Robin',
  reason: 'why not',
  made_at: at(-60),
  ...change,
});
const stateWith = (...policies: Policy[]) =>
  aProject({
    policies: {
      engine: 'cedar',
      in_force: true,
      policies,
      builtin: [{ name: 'permit-read', text: 'permit;' }],
    },
  });

async function saved(state: ReturnType<typeof stateWith>, version: number): Promise<unknown> {
  const calls: unknown[] = [];
  const api = { call: async (_: string, input: unknown) => calls.push(input) } as unknown as Api;
  await policyKind.save({ api, state }, 'ask-first', 'text', { reason: 'because', version });
  return calls[0];
}

describe('a policy as a file', () => {
  test('is its text; what every project has can be read and not written', () => {
    const state = stateWith(aPolicy());
    expect(policyKind.find(state, 'ask-first')).toMatchObject({
      version: 3,
      text: expect.stringContaining('forbid'),
    });
    expect(policyKind.find(state, 'permit-read')).toMatchObject({ isReadOnly: true });
    expect(policyKind.find(state, 'nothing')).toBeUndefined();
  });

  test('that was deleted is not there, and written anew goes on where its history ended', async () => {
    const state = stateWith(aPolicy({ action: 'deleted', enabled: false }));
    expect(policyKind.find(state, 'ask-first')).toBeUndefined();
    expect(await saved(state, 0)).toMatchObject({ version: 3, enabled: true });
  });

  test('that is switched off stays so when its text changes', async () => {
    expect(await saved(stateWith(aPolicy({ enabled: false })), 3)).toMatchObject({ enabled: false });
  });

  test('says before it is saved what it would have changed', async () => {
    const change = { agent_id: 'ada', operation: 'acquire_lock', before: 'allow', after: 'deny' };
    const foreseen = async (answer: object) => {
      const api = { call: async () => answer } as unknown as Api;
      return policyKind.foresee?.({ api, state: stateWith() }, 'ask-first', 'text');
    };
    expect(await foreseen({ valid: true, considered: 90, changed: 2, changes: [change] })).toBe(
      'It would have changed 2 of 90 decisions of the last 7 days, such as ada: acquire_lock allow → deny.',
    );
    expect(await foreseen({ valid: true, considered: 90, changed: 0, changes: [] })).toContain('none of 90');
    expect(await foreseen({ valid: false, considered: 0, changed: 0, changes: [] })).toBeUndefined();
  });
});
