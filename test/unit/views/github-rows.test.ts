import { describe, expect, test } from 'vitest';
import { unknownProject } from '../../../src/extension/project-state.ts';
import { gitHubRow } from '../../../src/views/github-rows.ts';
import { anAgent, aRepository, at, now } from '../../support/window-state.ts';

type GitHub = ReturnType<typeof unknownProject>['github'];

function rowOf(github: Partial<GitHub>, withBranch = false) {
  const project = unknownProject('/repo');
  const branch = anAgent({ agent_type: 'github_branch', current_task: 'agent/ada/7' });
  return gitHubRow(
    { ...project, agents: withBranch ? [branch] : [], github: { ...project.github, ...github } },
    now,
  );
}

const clone = (...oddities: string[]) => [{ folder: '/repo', oddities }];

describe('how a project stands to GitHub', () => {
  test('is not mentioned where nothing of it concerns the project', () => {
    expect(rowOf({})).toBeUndefined();
    expect(rowOf({ clones: clone('no_remote', 'unborn') })).toBeUndefined();
  });

  test('says first what a person is needed for', () => {
    const well = rowOf({ repositories: [aRepository()] });
    expect(well).toMatchObject({ label: 'GitHub', description: 'octo/orders' });
    expect(well?.children).toMatchObject([
      { label: 'octo/orders', description: 'origin · labels are followed', kind: 'gitHubRepository' },
    ]);
    const wanting = rowOf({ repositories: [aRepository({ state: 'signed_out' })] });
    expect(wanting).toMatchObject({ description: 'not signed in' });
    expect(wanting?.children).toMatchObject([{ kind: 'gitHubSignIn' }]);
  });

  test('says of each repository what stands in the way, and when it is tried again', () => {
    const message = 'GitHub answered 502: \u202eBad\n\nGateway';
    const repositories = [
      aRepository({ state: 'unavailable', message, resumes_at: at(120), next: 'It is tried again.' }),
      aRepository({ repository: 'github.com/octo/fork', remotes: ['fork'], state: 'not_followed' }),
      aRepository({ repository: 'gitlab.com/a/b', remotes: ['lab'], state: 'not_github', page: null }),
    ];
    const row = rowOf({ repositories });
    expect(row?.children?.map(({ label, description, kind }) => [label, description, kind])).toEqual([
      ['octo/orders', 'origin · not reached · again in 2 min', 'gitHubRepository'],
      ['octo/fork', 'fork · its labels do not count', 'gitHubRepository'],
      ['a/b', 'lab · on no GitHub that is known', 'elsewhere'],
    ]);
    expect(row?.children?.[0]?.tooltip?.text).not.toMatch(/[\n\u202e]/u);
  });

  test.each([
    ['shallow', 'the history is cut off'],
    ['detached', 'no branch is checked out'],
    ['rebasing', 'a rebase is in progress'],
  ])('says that a clone is %s', (oddity, label) => {
    expect(rowOf({ clones: clone(oddity) })?.children).toMatchObject([{ label, description: '/repo' }]);
  });

  test.each([
    ['no_remote', 'no remote'],
    ['unborn', 'no commit yet'],
    ['no_base', 'no default branch'],
  ])('says that a clone is %s where somebody works on branches', (oddity, label) => {
    expect(rowOf({ clones: clone(oddity) }, true)?.children).toMatchObject([{ label }]);
  });

  test('says what could not be written to GitHub, and why', () => {
    const failed = { repository: 'github.com/octo/orders', number: 7, kind: 'comment' as const, at: at(-5) };
    expect(rowOf({ failed_writes: [{ ...failed, error: 'GitHub answered 403' }] })).toMatchObject({
      description: '1 could not be written',
      children: [{ label: '#7: a comment was not written', description: 'GitHub answered 403' }],
    });
  });
});
