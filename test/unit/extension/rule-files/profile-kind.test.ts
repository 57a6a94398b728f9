import { describe, expect, test } from 'vitest';
import type { Api } from '../../../../src/extension/api.ts';
import { profileKind } from '../../../../src/extension/rule-files/profile-kind.ts';
import { aProfile, aProject } from '../../../support/window-state.ts';

const profile = aProfile({ name: 'codex_cli', trust_level: 2, version: 4 });
const state = aProject({ profiles: [profile] });
const textOf = () => profileKind.find(state, 'codex_cli')?.text ?? '';

async function saved(text: string, name = 'codex_cli'): Promise<unknown> {
  const calls: unknown[] = [];
  const api = { call: async (operation: string, input: unknown) => calls.push([operation, input]) };
  const change = { reason: 'it reads for now', version: 4 };
  await profileKind.save({ api: api as unknown as Api, state }, name, text, change);
  return calls[0];
}

describe('a profile as a file', () => {
  test('shows what a person may change, and not who changed it last', () => {
    expect(JSON.parse(textOf())).toMatchObject({ trust_level: 2, enabled: true, allowed_operations: [] });
    expect(textOf()).not.toContain('changed_by');
    expect(profileKind.find(state, 'codex_cli')?.version).toBe(4);
    expect(profileKind.find(state, 'nobody')).toBeUndefined();
  });

  test('sends what was changed, with the reason and the version it was made from', async () => {
    const text = textOf().replace('"trust_level": 2', '"trust_level": 1');
    expect(await saved(text)).toEqual([
      'save_profile',
      { name: 'codex_cli', reason: 'it reads for now', version: 4, trust_level: 1 },
    ]);
  });

  test('is refused, with nothing sent, where it is no JSON object', async () => {
    for (const text of ['{', '[]', 'null'])
      await expect(saved(text)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});
