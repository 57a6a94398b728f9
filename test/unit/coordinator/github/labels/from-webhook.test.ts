import { describe, expect, it } from 'vitest';
import { labelConventionOf, meaningOf } from '../../../../../src/coordinator/github/labels/convention.ts';
import { factsFromRest, itemFromRest } from '../../../../../src/coordinator/github/labels/from-rest.ts';
import { followedEvents, toldBy } from '../../../../../src/coordinator/github/labels/from-webhook.ts';
import { defaultSettings } from '../../../../../src/coordinator/kernel/settings.ts';
import { examplesOf } from '../../../../support/github/payloads.ts';

const labeled = examplesOf('issues').find(({ action }) => action === 'labeled') as {
  readonly issue: Record<string, unknown>;
};

describe('payloads of webhooks', () => {
  it.each(followedEvents)('reads every example of %s that Octokit publishes', event => {
    expect(examplesOf(event).length).toBeGreaterThan(3);
    for (const payload of examplesOf(event)) {
      expect(toldBy(event, payload).repository).toMatch(/^github\.com\/(codertocat|octo-org)\/[a-z-]+$/);
    }
  });

  it('says of a labelled issue what it is, and who set the label when', () => {
    expect(toldBy('issues', labeled)).toMatchObject({
      repository: 'github.com/codertocat/hello-world',
      login: 'Codertocat',
      items: [
        {
          number: 1,
          kind: 'issue',
          state: 'open',
          author: 'Codertocat',
          labels: [{ id: 1362934389, name: 'bug' }],
        },
      ],
      facts: [{ label: 'bug', was_set: true, login: 'Codertocat', at: '2019-05-15T15:20:18Z' }],
    });
  });

  it('takes a label that was just removed for none of the issue, whatever the list beside it says', () => {
    const unlabeled = examplesOf('issues').find(({ action }) => action === 'unlabeled');
    expect(toldBy('issues', unlabeled)).toMatchObject({
      items: [{ labels: [] }],
      facts: [{ label: 'bug', was_set: false }],
    });
  });

  it('takes a deleted issue and one that moved away for gone', () => {
    for (const action of ['deleted', 'transferred']) {
      const payload = examplesOf('issues').find(each => each.action === action);
      expect(toldBy('issues', payload).items).toMatchObject([{ state: 'gone' }]);
    }
  });

  it('passes over an issue of which the payload says neither state nor labels', () => {
    const pinned = examplesOf('issues').find(({ action }) => action === 'pinned');
    expect(toldBy('issues', pinned)).toMatchObject({ items: [], facts: [] });
  });

  it('known mistake: payload lists read as objects', () => {
    const one = { id: 1, name: 'locked:src' };
    for (const labels of [one, { 0: one }, 'locked:src', null]) {
      expect(() => toldBy('issues', { ...labeled, issue: { ...labeled.issue, labels } })).toThrow(
        /expected array/i,
      );
    }
    const several = { ...labeled, issue: { ...labeled.issue, labels: [one, { id: 2, name: 'agent:ada' }] } };
    expect(toldBy('issues', several).items[0]?.labels.map(({ name }) => name)).toEqual([
      'locked:src',
      'agent:ada',
      'bug',
    ]);
  });
});

describe('answers of the REST API', () => {
  it('reads an issue into the same as its webhook, and tells a pull request from an issue', () => {
    const readAt = '2019-05-15T15:20:20Z';
    const [told] = toldBy('issues', labeled).items;
    const read = itemFromRest(labeled.issue, 'github.com/Codertocat/Hello-World', readAt);
    expect(read).toEqual({ ...told, read_at: readAt });
    const pull = itemFromRest({ ...labeled.issue, pull_request: { url: '…' } }, 'github.com/o/r', readAt);
    expect(pull.kind).toBe('pull_request');
  });

  it('reads who set and removed labels from the events of an issue', () => {
    const at = '2026-11-21T10:00:00Z';
    const events = [
      {
        event: 'labeled',
        actor: { login: 'Ada' },
        created_at: at,
        label: { name: 'locked:src', color: 'fff' },
      },
      {
        event: 'unlabeled',
        actor: { login: 'Bo' },
        created_at: at,
        label: { name: 'locked:src', color: 'fff' },
      },
      { event: 'labeled', actor: null, created_at: at, label: { name: 'locked:src', color: 'fff' } },
      { event: 'renamed', actor: { login: 'Ada' }, created_at: at, rename: { from: 'a', to: 'b' } },
    ];
    expect(factsFromRest(events, 'github.com/o/r', 7)).toEqual([
      { repository: 'github.com/o/r', number: 7, label: 'locked:src', was_set: true, login: 'Ada', at },
      { repository: 'github.com/o/r', number: 7, label: 'locked:src', was_set: false, login: 'Bo', at },
    ]);
  });
});

describe('names of labels', () => {
  const usual = labelConventionOf(defaultSettings);

  it('reads what they ask for, and nothing from any other', () => {
    expect(meaningOf(usual, 'locked:src/api/**')).toEqual({ asks: 'lock', path: 'src/api/**' });
    expect(meaningOf(usual, 'locked: api:POST /users')).toEqual({ asks: 'lock', path: 'api:POST /users' });
    expect(meaningOf(usual, 'agent:claude_code')).toEqual({ asks: 'agent', agentId: 'claude_code' });
    expect(meaningOf(usual, 'status:assigned')).toEqual({ asks: 'status', status: 'assigned' });
    for (const other of ['bug', 'locked', 'locked:', 'locked:  ', 'Locked:src', 'unlocked:src'])
      expect(meaningOf(usual, other)).toBeUndefined();
  });

  it('reads them as a project writes them', () => {
    const own = { lock: '🔒/', agent: 'for=', status: 'is.' };
    expect(meaningOf(own, '🔒/src/[id]*.ts')).toEqual({ asks: 'lock', path: 'src/[id]*.ts' });
    expect(meaningOf(own, 'for=ada')).toEqual({ asks: 'agent', agentId: 'ada' });
    expect(meaningOf(own, 'is.assigned')).toEqual({ asks: 'status', status: 'assigned' });
    for (const other of ['locked:src', 'agent:ada', 'status:assigned', 'isXassigned'])
      expect(meaningOf(own, other)).toBeUndefined();
  });
});
