import { describe, expect, test } from 'vitest';
import { type ApprovalLine, approvalFacts, approvalTable } from '../../../../src/bridge/cli/tables.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

const asked = (change: Partial<ApprovalLine>): ApprovalLine => ({
  approval_id: '01a1fe62-975b-70ea-9a3e-f8c7263e051a',
  agent_id: 'ada',
  operation: 'check_tool_use',
  resource: { type: 'Tool', id: 'src/.env.production' },
  asks: [{ effect: 'the risk of the call is high (0.78)' }],
  requested_at: '2026-03-01T11:57:00Z',
  expires_at: '2026-03-01T12:57:00Z',
  ...change,
});

const listed = (change: Partial<ApprovalLine>) => approvalTable([asked(change)], now).split('\n')[1];

describe('requests for approval at the terminal', () => {
  test('say what is asked for beside why it is asked', () => {
    expect(listed({})).toMatch(
      /^01a1fe62-\S+ {2}ada {2}3 min ago {2}in 57 min {2}src\/\.env\.production {2}the risk of the call is high \(0\.78\)$/,
    );
  });

  test('name the operation where the call is not one of a harness', () => {
    expect(listed({ operation: 'acquire_lock', resource: { type: 'File', id: 'a.txt' }, asks: [] })).toMatch(
      /acquire_lock a\.txt$/,
    );
  });

  test('are cut in the list, and whole with every reason where one is decided', () => {
    const command = `git push --force origin ${'main '.repeat(30)}end`;
    const long = asked({
      resource: { type: 'Tool', id: command },
      asks: [{ effect: 'rewrites main' }, { effect: 'reaches a host' }],
    });
    expect(approvalTable([long], now)).not.toContain('end');
    const whole = approvalFacts(long, now);
    expect(whole).toContain(command);
    expect(whole).toContain('rewrites main');
    expect(whole).toContain('reaches a host');
  });

  test('cannot steer the terminal they are shown in', () => {
    const sly = asked({ resource: { type: 'Tool', id: 'rm x\u001b[2K\rls' } });
    expect(approvalFacts(sly, now)).toContain('rm x\\u001b[2K\\u000dls');
  });
});
