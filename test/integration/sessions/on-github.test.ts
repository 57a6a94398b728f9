import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { createApiKey } from '../../../src/coordinator/keys/operations.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { checkLocks } from '../../../src/coordinator/locks/check.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { discoverAgents } from '../../../src/coordinator/sessions/discover.ts';
import { registerSession } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { refusal } from '../locks/stand.ts';

onEachDatabase('whoever stands for somebody on GitHub', fixture => {
  let stand: CoordinatorFixture;

  beforeEach(async () => {
    stand = await openCoordinator(fixture.db);
  });
  afterEach(() => stand.close());

  test.each([
    ['a type', { agent_type: 'github_label' }],
    ['a type in other words', { agent_type: 'GitHub-Label' }],
    ['the type of branches', { agent_type: 'github_branch' }],
    ['a name', { agent_type: 'codex', agent_id: 'github:alice' }],
    ['a name in other words', { agent_type: 'codex', agent_id: ' GitHub:alice' }],
    ['a harness', { agent_type: 'codex', harness: 'interlock.github_label', harness_session_id: 'issue-1' }],
  ])('is nobody that registers: %s', async (_, input) => {
    expect(await refusal(stand.call(registerSession, input))).toMatchObject({
      code: 'operation_not_permitted',
    });
  });

  test('is no holder of a key', async () => {
    const olga = await stand.operator();
    for (const whom of [
      { agent_id: 'github:alice', agent_type: 'codex' },
      { agent_id: 'a', agent_type: 'github_label' },
    ]) {
      const made = stand.call(createApiKey, { name: 'no', ...whom }, olga);
      expect(await refusal(made)).toMatchObject({ code: 'operation_not_permitted' });
    }
  });

  test('is no chat that a hook or an MCP client speaks for', async () => {
    const chat = { kind: 'harness', sessionId: 'issue-1 github.com/o/r alice' } as const;
    const claims: Credential[] = [
      { ...chat, harness: 'interlock.github_label' },
      { ...chat, harness: 'codex', agentType: 'github_label' },
      { ...chat, harness: 'codex', agentId: 'github:alice' },
    ];
    for (const claim of claims) {
      const asked = stand.call(acquireLock, { file_path: 'a' }, claim);
      expect(await refusal(asked)).toMatchObject({ code: 'operation_not_permitted' });
    }
    expect(await stand.call(checkLocks, {})).toMatchObject({ locks: [] });
    expect(await stand.call(discoverAgents, {})).toMatchObject({ agents: [] });
  });

  test('is no session of an agent, even for the coordinator itself', async () => {
    const { sessionId } = await stand.agent('codex', 'ada');
    const { project_id: projectId } = (await stand.call(describeProject, {})) as { project_id: string };
    const asked = stand.call(acquireLock, { file_path: 'a' }, { kind: 'stand_in', sessionId, projectId });
    expect(await refusal(asked)).toMatchObject({ code: 'unauthenticated' });
  });
});
