import { describe, expect, test } from 'vitest';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { problemIn, quietProblems } from '../../../src/views/problems.ts';
import { statusOf } from '../../../src/views/status-words.ts';
import { aLock, anAgent, anApproval, aProject, aWindow } from '../../support/window-state.ts';

const deaf = {
  what: 'events',
  message: 'Nothing is heard.',
  next: 'Look at it.',
  since: '2026-01-01T00:00:00.000Z',
};

function known() {
  const { project } = aProject();
  if (!project) throw new Error('the project of a test is known');
  return project;
}

const broken = (code: 'schema_too_new' | 'store_unavailable' | 'coordinator_unavailable') =>
  aWindow({}, { link: 'broken', trouble: new InterlockError(code, 'It is so.', { next: 'Do this.' }) });

describe('the status bar', () => {
  test('counts agents and locks; a person is no agent', () => {
    const agents = [anAgent(), anAgent({ agent_type: 'person', session_id: 'p' })];
    expect(statusOf(aWindow({ agents, locks: [aLock()] }))).toMatchObject({
      spoken: 'Interlock: 1 agent, 1 lock',
      urgency: 'none',
    });
  });

  test('warns when a person is needed, before anything else', () => {
    const state = aWindow({ approvals: [anApproval()] }, { unguarded: 'chatHooksOff' });
    expect(statusOf(state)).toMatchObject({ spoken: '1 approval waits', urgency: 'warning' });
    expect(statusOf(state).lines.join()).toContain('chat.useHooks');
  });

  test('warns when protection is off', () => {
    for (const unguarded of ['untrusted', 'chatHooksOff', 'chatPluginsOff', 'switchedOff'] as const)
      expect(statusOf(aWindow({}, { unguarded })).urgency).toBe('warning');
  });

  test('warns when what is shown may be old', () => {
    expect(statusOf(aWindow({ isStale: true }))).toMatchObject({ urgency: 'warning' });
  });

  test('says what does not work although calls are answered, and what to do, once for all folders', () => {
    const project = { ...known(), troubles: [deaf] };
    const state = aWindow({}, { folders: [aProject({ project }), aProject({ folder: '/b', project })] });
    const { text, urgency, lines } = statusOf(state);
    expect({ text, urgency }).toEqual({ text: '$(warning) Interlock: in trouble', urgency: 'warning' });
    expect(lines.slice(1)).toEqual([deaf.message, deaf.next]);
  });

  test('says why there is no coordinator, and what to do', () => {
    expect(statusOf(broken('store_unavailable'))).toMatchObject({
      urgency: 'error',
      lines: ['It is so.', 'Do this.'],
    });
  });

  test('is quiet at start and without a folder', () => {
    for (const link of ['starting', 'noFolder'] as const)
      expect(statusOf(aWindow({}, { link })).urgency).toBe('none');
  });
});

describe('a problem', () => {
  const remedies = (state: Parameters<typeof problemIn>[0]) =>
    problemIn(state)?.remedies.map(({ title }) => title);

  test('comes with the buttons that solve it', () => {
    expect(remedies(broken('schema_too_new'))).toEqual(['Check for Updates', 'Show Log']);
    expect(remedies(broken('store_unavailable'))).toEqual(['Try Again', 'Set Shared Database…', 'Show Log']);
    expect(remedies(broken('coordinator_unavailable'))).toEqual(['Try Again', 'Show Log']);
    expect(remedies(aWindow({}, { unguarded: 'chatPluginsOff' }))).toEqual(['Open Setting']);
    const stranger = { is: 'stranger', error: new InterlockError('unauthenticated', 'No.') } as const;
    expect(remedies(aWindow({}, { standing: stranger }))?.[0]).toBe('Copy a Request to Become an Operator');
  });

  test('is what does not work although calls are answered, and tells a person what to do', () => {
    const state = aWindow({ project: { ...known(), troubles: [deaf] } }, { unguarded: 'chatHooksOff' });
    expect(problemIn(state)).toMatchObject({
      id: 'trouble events',
      severity: 'warning',
      message: `${deaf.message} ${deaf.next}`,
    });
    expect(remedies(state)).toEqual(['Show Log', 'Set Shared Database…']);
    const unread = { ...deaf, what: 'policies' };
    expect(remedies(aWindow({ project: { ...known(), troubles: [unread] } }))).toEqual(['Show Log']);
  });

  test('is none where all is well, or where there is nothing to coordinate', () => {
    expect(problemIn(aWindow())).toBeUndefined();
    expect(problemIn({ ...broken('store_unavailable'), link: 'noFolder' })).toBeUndefined();
  });

  test('is a folder that git does not keep, which may be meant so', () => {
    expect(problemIn(aWindow({ isRepository: false }))).toMatchObject({
      remedies: [{ command: 'git.init' }],
      isMaybeMeant: true,
    });
    expect(problemIn(aWindow({ isRepository: true }))).toBeUndefined();
  });

  test('that the person has chosen is not told again and again, and can still be looked up', () => {
    for (const unguarded of ['switchedOff', 'untrusted'] as const) {
      const state = aWindow({}, { unguarded });
      expect(problemIn(state)).toBeUndefined();
      expect(quietProblems(state)).toHaveLength(1);
    }
  });
});
