import { describe, expect, test } from 'vitest';
import { approvalRows, countApprovals } from '../../../src/views/approvals-rows.ts';
import { anApproval, at, aWindow, now } from '../../support/window-state.ts';

describe('the view Approvals', () => {
  test('says what would be done, how long the agent waits, and who asks', () => {
    const [row] = approvalRows(aWindow({ approvals: [anApproval()] }), now);
    expect(row).toMatchObject({
      label: 'git push --force',
      description: 'waits 0:35 · ada',
      kind: 'approval',
    });
    expect(row?.tooltip?.facts).toContainEqual({ name: 'Safer', value: 'Push to a branch of your own.' });
    expect(row?.spoken).toContain('replaces published history');
  });

  test('says until when it can be answered once no call waits any more', () => {
    const gone = anApproval({ requested_at: at(-46) });
    const byAgent = anApproval({ number: 2, filed_by: 'agent', content_hash: 'b'.repeat(64) });
    const rows = approvalRows(aWindow({ approvals: [gone, byAgent] }), now);
    expect(rows.map(({ description }) => description)).toEqual([
      'expires in 59 min · ada',
      'expires in 59 min · ada',
    ]);
  });

  test('puts who waits longest first', () => {
    const late = anApproval({
      number: 1,
      agent_id: 'late',
      content_hash: 'b'.repeat(64),
      requested_at: at(-1),
    });
    const early = anApproval({ number: 2, agent_id: 'early', requested_at: at(-20) });
    const rows = approvalRows(aWindow({ approvals: [late, early] }), now);
    expect(rows.map(({ description }) => description)).toEqual(['waits 0:25 · early', 'waits 0:44 · late']);
  });

  test('asks once for the same thing, and shows each request below', () => {
    const approvals = [
      anApproval(),
      anApproval({ number: 2, agent_id: 'otto' }),
      anApproval({ number: 3, content_hash: 'c'.repeat(64) }),
    ];
    const state = aWindow({ approvals });
    const [group, single] = approvalRows(state, now);
    expect(group).toMatchObject({ kind: 'approvalGroup', description: 'waits 0:35 · 2 requests' });
    expect(group?.children?.map(({ label }) => label)).toEqual(['ada', 'otto']);
    expect(group?.subject?.approvals).toHaveLength(2);
    expect(single?.kind).toBe('approval');
    expect(countApprovals(state)).toBe(2);
  });

  test('shows two folders of one project once', () => {
    const { folders } = aWindow({ approvals: [anApproval()] });
    expect(countApprovals(aWindow({}, { folders: [...folders, ...folders] }))).toBe(1);
  });

  test('tells of files where there is no command, and of the bare operation where there is nothing else', () => {
    const summary = { command: null, domains: [], steps: [], replaces: null, text: null, truncated: false };
    const paths = [
      { path: 'src/a.js', access: 'delete' as const },
      { path: 'src/b.js', access: 'write' as const },
    ];
    const rows = approvalRows(
      aWindow({
        approvals: [
          anApproval({ requested_at: at(-30), summary: { ...summary, paths } }),
          anApproval({ number: 2, content_hash: 'b'.repeat(64), summary: null }),
        ],
      }),
      now,
    );
    expect(rows.map(({ label }) => label)).toEqual([
      'delete src/a.js and 1 more',
      'check_tool_use git push --force',
    ]);
  });
});
