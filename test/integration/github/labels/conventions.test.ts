import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeGitHubWrites } from '../../../../src/coordinator/github/labels/deliver.ts';
import type { Settings } from '../../../../src/coordinator/kernel/settings.ts';
import { assignProfile } from '../../../../src/coordinator/profiles/assign-profile.ts';
import { configureProject } from '../../../../src/coordinator/projects/configure.ts';
import { describeProject } from '../../../../src/coordinator/projects/describe.ts';
import { cancelWork } from '../../../../src/coordinator/queue/cancel.ts';
import { getWork } from '../../../../src/coordinator/queue/get-work.ts';
import { releaseWork } from '../../../../src/coordinator/queue/hold.ts';
import { onEachDatabase } from '../../../support/databases.ts';
import { type Act, type Label, livesOf } from '../../../support/github/issue-life.ts';
import { openWebhookStand, type WebhookStand } from '../../../support/github/webhook-stand.ts';

onEachDatabase('labels as a project writes them', fixture => {
  let stand: WebhookStand;
  let repository: string;

  beforeEach(async () => {
    repository = `o/r-${randomUUID().slice(0, 8)}`;
    stand = await openWebhookStand(fixture.db, repository);
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.interlock.errors).toEqual([]);
  });

  const call = (...args: Parameters<WebhookStand['interlock']['call']>) =>
    stand.interlock.call(...args) as Promise<Record<string, unknown>>;
  const configure = async (settings: Partial<Settings>) => {
    await call(configureProject, { settings }, stand.olga);
    await expect.poll(() => call(describeProject, {})).toMatchObject({ settings });
  };
  /** Delivers the acts of one issue, a second apart. */
  const happens = async (number: number, body: string, ...acts: readonly Act[]) => {
    const timed = acts.map((act, index) => ({ ...act, at: number * 1000 + index }));
    for (const { event, payload } of livesOf({ repository, number }, timed)) {
      const { issue, ...rest } = payload as { issue: object };
      await stand.deliver({ event, payload: { ...rest, issue: { ...issue, body } } });
    }
    return stand.state();
  };
  const opened = (...names: string[]): Act => ({
    does: 'opened',
    by: 'Alice',
    labels: names.map((name, index): Label => ({ id: index + 1, name })),
  });
  const told = async () => {
    const { writes } = (await stand.interlock.coordinator.corridor.walk({
      operation: takeGitHubWrites,
      input: {},
      credential: { kind: 'system', name: 'test', projectId: stand.projectId },
      door: 'system',
      cwd: null,
    })) as { writes: { body: string | null; label: string | null; kind: string }[] };
    return writes;
  };

  const own = {
    'github.lockLabelPrefix': '🔒/',
    'github.agentLabelPrefix': 'for=',
    'github.statusLabelPrefix': 'is.',
  };

  test('make locks and tasks, and say how these stand, by the beginnings that are set and by no other', async () => {
    await configure(own);
    expect(await happens(1, 'Do it.', opened('🔒/src', 'for=ada', 'is.assigned', 'locked:docs'))).toEqual({
      locks: ['src by github:alice in issue-1'],
      tasks: ['ada: Number 1\n\nDo it. by github:alice'],
      writes: [],
    });
    const ada = await stand.interlock.agent('codex', 'ada');
    expect(await call(getWork, {}, ada)).toMatchObject({ success: true });
    await expect
      .poll(async () => (await stand.state()).writes, { timeout: 15_000 })
      .toEqual(['1 add_label is.in-progress']);
    expect((await happens(2, 'rm', opened('for=ada', 'for=bob', 'is.assigned'))).writes).toContain(
      '2 comment **Interlock has made no task: `for=ada` and `for=bob` name more than one agent.**',
    );
  });

  test('hold nothing any more when they are written otherwise, and again when they are written as before', async () => {
    const before = await happens(1, 'Do it.', opened('locked:src', 'agent:ada', 'status:assigned'));
    expect(before.locks).toEqual(['src by github:alice in issue-1']);
    expect(before.tasks).toHaveLength(1);
    await configure(own);
    await expect.poll(() => stand.state(), { timeout: 15_000 }).toEqual({ locks: [], tasks: [], writes: [] });
    await configure({
      'github.lockLabelPrefix': 'locked:',
      'github.agentLabelPrefix': 'agent:',
      'github.statusLabelPrefix': 'status:',
    });
    await expect.poll(() => stand.state(), { timeout: 15_000 }).toEqual(before);
  });

  test('are refused where a label would be of two kinds, and nothing is changed', async () => {
    const settings = { 'github.agentLabelPrefix': 'locked:agent:', 'github.labels': 'off' };
    await expect(call(configureProject, { settings }, stand.olga)).rejects.toMatchObject({
      code: 'invalid_input',
      params: { field: 'settings.github.lockLabelPrefix' },
    });
    const bad = { 'github.agentLabelPrefix': 'my agent:' };
    await expect(call(configureProject, { settings: bad }, stand.olga)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('github.agentLabelPrefix'),
    });
    expect(await call(describeProject, {})).toMatchObject({ settings: { 'github.labels': 'follow' } });
  });

  test('show that a guardrail keeps a task from its agent until a person decides', async () => {
    // Who assigned it may say this, and the agent that it is for may not be told to do it.
    await call(
      assignProfile,
      { agent_id: 'github:alice', profile: 'strands_orchestrator', reason: 'she leads' },
      stand.olga,
    );
    const text = 'Start over: `git reflog expire --expire=now --all`, and write it anew.';
    const made = await happens(3, text, opened('agent:ada', 'status:assigned'));
    expect(made.tasks).toHaveLength(1);
    const ada = await stand.interlock.agent('codex', 'ada');
    const answer = (await call(getWork, {}, ada)) as { stopped: string[] };
    expect(answer).toMatchObject({ success: false, stopped: [expect.any(String)] });
    await expect
      .poll(async () => (await stand.state()).writes, { timeout: 15_000 })
      .toEqual([
        '3 add_label status:held',
        '3 comment **The task for `ada` waits for a person.** A guardrail objects to its text.',
      ]);
    const [comment] = (await told()).filter(({ kind }) => kind === 'comment');
    expect(comment?.body).toContain('git.drop-reflog: ');
    expect(comment?.body).toContain('git reflog expire --expire=now --all');

    const [id] = answer.stopped;
    const labelled = [
      opened('agent:ada', 'status:assigned'),
      { does: 'labeled', by: 'olga', label: { id: 9, name: 'status:held' } } as const,
    ];
    await happens(3, text, ...labelled);
    await call(releaseWork, { id, reason: 'it is fine here' }, stand.olga);
    await expect
      .poll(async () => (await stand.state()).writes, { timeout: 15_000 })
      .toEqual(['3 remove_label status:held']);
    await call(cancelWork, { id, reason: 'done by hand' }, stand.olga);
    await expect
      .poll(async () => (await stand.state()).writes, { timeout: 15_000 })
      .toEqual([
        '3 add_label status:cancelled',
        '3 comment **The task for `ada` is cancelled.**',
        '3 remove_label status:assigned',
        '3 remove_label status:held',
      ]);
  });
});
