import { describe, expect, test } from 'vitest';
import type { Approval } from '../../../src/extension/project-state.ts';
import { approvalPage } from '../../../src/views/approval-page.ts';
import { pastEvents } from '../../../src/views/approval-past.ts';
import type { Block } from '../../../src/views/page.ts';
import { anApproval, aProject, aRecord, at, now } from '../../support/window-state.ts';

const asked = (approval: Approval, change = {}) =>
  approvalPage({
    approvals: [approval],
    mayDecide: true,
    hookWaitSeconds: 45,
    worktree: '/repo',
    past: [],
    others: 0,
    now,
    ...change,
  });
const sectionOf = (approval: Approval, id: string): readonly Block[] | undefined =>
  asked(approval).page.sections.find(section => section.id === id)?.blocks;

const decided = { by: 'Robin', at: at(-5), reason: 'Build on it', scope: null, grant_id: null };

describe('the panel of a request', () => {
  test('says who asks, and how long the agent waits for the answer', () => {
    const { page } = asked(anApproval());
    expect(page).toMatchObject({
      heading: 'ada asks for approval',
      standing: 'Waits for an answer',
      tone: 'asking',
      deadline: { label: 'The agent waits', until: now + 35_000 },
    });
    expect(asked(anApproval({ requested_at: at(-60) })).page.deadline).toEqual({
      label: 'Expires in',
      until: now + 3_590_000,
    });
  });

  test('shows the steps of a command, and marks those that a rule minds', () => {
    const approval = anApproval();
    const steps = [
      { by: 'cd src', does: [] },
      { by: 'git push --force', does: ['pushes the current branch to origin, replacing what is there'] },
    ];
    const summary = approval.summary && { ...approval.summary, steps };
    expect(sectionOf(anApproval({ summary }), 'steps')).toMatchObject([
      {
        steps: [
          { command: 'cd src', does: [], isMinded: false },
          { command: 'git push --force', isMinded: true },
        ],
      },
    ]);
  });

  test('shows an edit as the lines that go and come', () => {
    const summary = {
      command: null,
      paths: [{ path: '/repo/src/a.js', access: 'write' as const }],
      domains: [],
      steps: [],
      replaces: 'one\ntwo\n',
      text: 'one\nthree\n',
      truncated: false,
    };
    const [paths, change] = sectionOf(anApproval({ summary }), 'what') ?? [];
    expect(paths).toMatchObject({ facts: [{ name: 'Writes', value: 'src/a.js' }] });
    expect(change?.kind === 'diff' && change.lines.map(({ sign, text }) => sign + text)).toEqual([
      ' one',
      '-two',
      '+three',
    ]);
  });

  test('shows what cannot be seen', () => {
    const approval = anApproval();
    const text = 'echo \u202egnp.exe';
    const summary = approval.summary && {
      ...approval.summary,
      command: { text, shell: 'bash' as const, cwd: '/repo' },
    };
    expect(sectionOf(anApproval({ summary }), 'what')).toMatchObject([{ text: 'echo \\u{202e}gnp.exe' }]);
  });

  test('offers a grant only where a rule stands behind the request', () => {
    expect(asked(anApproval()).answers?.spans.map(({ minutes }) => minutes)).toEqual([5, 15, 60, 240]);
    expect(asked(anApproval({ filed_by: 'agent' })).answers?.spans).toEqual([]);
  });

  test('asks nobody who may not answer, and nothing that is answered', () => {
    expect(asked(anApproval(), { mayDecide: false }).answers).toBeUndefined();
    const denied = asked(anApproval({ status: 'denied', decided }), { others: 2 });
    expect(denied.answers).toBeUndefined();
    expect(denied.page.standing).toMatch(/^Denied · Robin, .*: Build on it$/);
    expect(denied.next).toBe('Show the next of 2 that wait');
  });

  test('shows what the policies decided and from what, and the risk factor by factor', () => {
    const policy = {
      decision: 'approval_required',
      reason: 'the risk is 0.80',
      determiningPolicies: ['ask-above-high-risk'],
      engine: 'native',
      inputs: {
        trust: 2,
        access: 'admin',
        profile: 'codex_cloud_worker',
        risk_score: 0.8,
        risk_band: 'high',
        risk_factors: [{ name: 'violations', value: 1, weight: 0.36, adds: 0.36, why: '5 refusals' }],
      },
    };
    const { sections } = asked(anApproval({ policy })).page;
    const risk = sections.find(({ id }) => id === 'risk');
    expect(risk).toMatchObject({
      title: 'Risk 0.80 of 1: high',
      blocks: [{ factors: [{ name: 'Refusals lately', share: 0.36, value: '+0.36', why: '5 refusals' }] }],
    });
    const policies = sections.find(({ id }) => id === 'policies');
    expect(policies?.blocks[0]).toMatchObject({
      facts: expect.arrayContaining([
        { name: 'Decision', value: 'approval required' },
        { name: 'Deciding', value: 'ask-above-high-risk' },
        { name: 'Profile', value: 'codex_cloud_worker' },
        { name: 'Trust', value: '2 (writes)' },
      ]),
    });
  });

  test('shows whoever proved nothing no content', () => {
    const [block] = sectionOf(anApproval({ summary: null, policy: null }), 'what') ?? [];
    expect(block).toMatchObject({ kind: 'text', text: expect.stringContaining('operators only') });
  });
});

describe('what an agent did before', () => {
  test('tells its requests with their answers among its other deeds, the newest first', () => {
    const denied = anApproval({ number: 1, status: 'denied', decided, requested_at: at(-120) });
    const unanswered = anApproval({ number: 2, status: 'expired', requested_at: at(-600) });
    const records = [
      aRecord({ sequence: 4, recorded_at: at(-60) }),
      aRecord({ sequence: 3, recorded_at: at(-130), operation: 'request_approval' }),
      aRecord({ sequence: 2, recorded_at: at(-300), operation: 'check_tool_use' }),
    ];
    expect(pastEvents({ approvals: [denied, unanswered], records }, aProject(), now)).toEqual([
      { sentence: 'ada locked src/orders.js', tone: 'plain', when: '1 min ago' },
      {
        sentence: 'Asked: git push --force. Robin denied it: Build on it',
        tone: 'refused',
        when: '2 min ago',
      },
      { sentence: 'Asked: git push --force. Nobody answered', tone: 'plain', when: '10 min ago' },
    ]);
  });
});
