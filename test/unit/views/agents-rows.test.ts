import { expect, test } from 'vitest';
import { agentRows } from '../../../src/views/agents-rows.ts';
import { statusOf } from '../../../src/views/status-words.ts';
import { aLock, anAgent, at, aWindow, now } from '../../support/window-state.ts';

const branch = anAgent({
  session_id: '00000000-0000-7000-8000-000000000900',
  agent_id: 'ada',
  agent_type: 'github_branch',
  current_task: 'agent/ada/7',
  last_seen_at: at(-7200),
  status: 'disconnected',
});
const held = aLock({
  session_id: branch.session_id,
  mode: 'branch',
  fence: 0,
  branch: 'agent/ada/7',
  expires_at: at(3600),
  lock_reason: 'modified there',
});

test('a branch is shown as one, with what it changes below it and for how long that counts', () => {
  const [row] = agentRows(aWindow({ agents: [branch], locks: [held] }), now);
  expect(row).toMatchObject({
    label: 'ada',
    description: 'agent/ada/7 · 1 file · 1 h left',
    icon: { name: 'git-branch' },
    kind: 'branch',
    children: [{ label: 'orders.js', icon: { name: 'git-branch' } }],
  });
});

test('a branch is no agent at work', () => {
  const alone = statusOf(aWindow({ agents: [] }));
  expect(statusOf(aWindow({ agents: [branch] })).text).toBe(alone.text);
  expect(statusOf(aWindow({ agents: [anAgent(), branch] })).text).toBe(
    statusOf(aWindow({ agents: [anAgent()] })).text,
  );
});
