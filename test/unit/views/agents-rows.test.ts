import { describe, expect, test } from 'vitest';
import { noWork } from '../../../src/extension/project-state.ts';
import { agentRows } from '../../../src/views/agents-rows.ts';
import { statusOf } from '../../../src/views/status-words.ts';
import { aLock, anAgent, aTask, at, aWindow, now } from '../../support/window-state.ts';

const agent = anAgent({ current_task: 'sell jam' });
const { session_id } = agent;
const claimed = aTask({
  status: 'claimed',
  claimed_by: 'ada',
  session_id,
  lease_until: new Date(now + 600_000).toISOString(),
});

describe('the view Agents', () => {
  test('says of an agent what it does, what it holds and when it was seen', () => {
    const state = aWindow({ agents: [agent], locks: [aLock()], work: { ...noWork, open: [claimed] } });
    const [row] = agentRows(state, now);
    expect(row).toMatchObject({
      label: 'ada',
      description: expect.stringMatching(/^sell jam · 1 lock · 1 task · /),
    });
  });

  test('shows below it its type and trust, then what it works on, then its locks', () => {
    const other = aTask({ number: 2, status: 'claimed', claimed_by: 'otto', session_id: null });
    const state = aWindow({ agents: [agent], locks: [aLock()], work: { ...noWork, open: [other, claimed] } });
    const below = agentRows(state, now)[0]?.children ?? [];
    expect(below.map(({ label, description }) => [label, description])).toEqual([
      ['claude_code', 'trust 3 (elevated) · profile claude_code_cli'],
      ['#1 Sell jam', '10 min left'],
      [expect.stringContaining('orders.js'), expect.anything()],
    ]);
  });

  test('knows people by their sessions, and says nothing of trust there', () => {
    const person = anAgent({ agent_type: 'person', agent_id: 'Robin' });
    const [row] = agentRows(aWindow({ agents: [person] }), now);
    expect(row?.kind).toBe('person');
    expect(row?.children).toBeUndefined();
  });
});

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
