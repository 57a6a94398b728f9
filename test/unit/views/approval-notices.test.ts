import { beforeEach, describe, expect, test } from 'vitest';
import {
  type ApprovalNotices,
  createApprovalNotices,
  type Notice,
} from '../../../src/views/approval-notices.ts';
import { anApproval, at, aWindow, now } from '../../support/window-state.ts';

const push = anApproval();
const reset = anApproval({ number: 2, agent_id: 'otto', content_hash: 'b'.repeat(64), requested_at: at(-5) });

describe('the notification about approvals', () => {
  let screen: { readonly notice: Notice; readonly later: () => void }[];
  let notices: ApprovalNotices;
  const words = () => screen.map(({ notice }) => notice.message);
  const labels = () => screen.flatMap(({ notice }) => notice.links.map(({ label }) => label));

  beforeEach(() => {
    screen = [];
    notices = createApprovalNotices(
      {
        show(notice, later) {
          const shown = { notice, later };
          screen.push(shown);
          return {
            close: () => {
              screen = screen.filter(other => other !== shown);
            },
          };
        },
      },
      () => now,
    );
  });

  test('says who asks, for what and why, and offers the answers', () => {
    notices.draw(aWindow({ approvals: [push] }));
    expect(words()).toEqual(['ada asks: git push --force — replaces published history']);
    expect(labels()).toEqual(['Approve', 'Deny', 'Details…']);
    expect(screen[0]?.notice.waiting).toEqual({ from: now - 10_000, until: now + 35_000 });
  });

  test('is one, however many wait', () => {
    notices.draw(aWindow({ approvals: [push] }));
    notices.draw(aWindow({ approvals: [push, reset] }));
    expect(words()).toEqual(['2 approvals wait for you.']);
    expect(labels()).toEqual(['Review']);
  });

  test('says nothing of a request that is on the screen in full, and speaks up when it is not', () => {
    const reviewed = new Set([push.approval_id]);
    notices.draw(aWindow({ approvals: [push] }), reviewed);
    expect(screen).toEqual([]);
    notices.draw(aWindow({ approvals: [push, reset] }), reviewed);
    expect(words()).toEqual(['otto asks: git push --force — replaces published history']);
    notices.draw(aWindow({ approvals: [push] }));
    expect(words()).toEqual(['ada asks: git push --force — replaces published history']);
  });

  test('goes when it was decided elsewhere, and comes back to the one that is left', () => {
    notices.draw(aWindow({ approvals: [push, reset] }));
    notices.draw(aWindow({ approvals: [reset] }));
    expect(words()).toEqual(['otto asks: git push --force — replaces published history']);
    notices.draw(aWindow({ approvals: [] }));
    expect(screen).toEqual([]);
  });

  test('stays as it is while nothing changes, so that nobody loses the focus', () => {
    notices.draw(aWindow({ approvals: [push] }));
    const [first] = screen;
    notices.draw(aWindow({ approvals: [push], agents: [] }));
    expect(screen).toEqual([first]);
    expect(screen[0]).toBe(first);
  });

  test('does not come back for what was put aside, and does for what is new', () => {
    notices.draw(aWindow({ approvals: [push] }));
    screen[0]?.later();
    expect(screen).toEqual([]);
    notices.draw(aWindow({ approvals: [push] }));
    expect(screen).toEqual([]);
    notices.draw(aWindow({ approvals: [push, reset] }));
    expect(words()).toEqual(['2 approvals wait for you.']);
  });

  test('asks nobody who may not decide', () => {
    notices.draw(aWindow({ approvals: [push] }, { standing: { is: 'unknown' } }));
    expect(screen).toEqual([]);
  });

  test('is told once for identical requests', () => {
    notices.draw(aWindow({ approvals: [push, anApproval({ number: 3, agent_id: 'otto' })] }));
    expect(words()).toEqual(['ada asks 2 times: git push --force — replaces published history']);
  });

  test('shows an agent’s text as text', () => {
    const text = 'echo [Deny](command:interlock.approve)';
    const summary = {
      command: { text, shell: 'bash' as const, cwd: '/' },
      paths: [],
      domains: [],
      steps: [],
      replaces: null,
      text: null,
      truncated: false,
    };
    notices.draw(aWindow({ approvals: [anApproval({ summary })] }));
    expect(words()[0]).toContain('echo [Deny] (command:interlock.approve)');
  });
});
