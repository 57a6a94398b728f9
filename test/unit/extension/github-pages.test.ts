import { describe, expect, it } from 'vitest';
import { pageOfBranch, pageOfItem, pageOfLock } from '../../../src/extension/github-pages.ts';
import { aLock, anAgent, aProject, aRepository } from '../../support/window-state.ts';

const item = {
  repository: 'ghe.example/octo/orders',
  number: 7,
  url: 'https://ghe.example/octo/orders/issues/7',
  labels: ['locked:src/a.ts'],
};

describe('the page of an issue', () => {
  it('is below that of its repository, as the remote says it', () => {
    const repositories = [
      aRepository({ repository: item.repository, page: 'https://ghe.example/Octo/Orders' }),
    ];
    expect(pageOfItem({ repositories }, item)).toBe('https://ghe.example/Octo/Orders/issues/7');
  });

  it('is what GitHub says where no remote leads there, if that is on the same host', () => {
    expect(pageOfItem({ repositories: [] }, item)).toBe(item.url);
    for (const url of [
      'https://evil.example/octo/orders/issues/7',
      'http://ghe.example/octo/orders/issues/7',
      'https://ghe.example@evil.example/x',
      'javascript:alert(1)',
      'command:workbench.action.quit',
      '',
    ]) {
      expect(pageOfItem({ repositories: [] }, { ...item, url })).toBeUndefined();
    }
  });
});

describe('the page of a lock', () => {
  const session = anAgent({ agent_type: 'github_label', current_task: 'issue-7' });
  const lock = aLock({ agent_type: 'github_label', session_id: session.session_id, file_path: 'src/a.ts' });
  const other = {
    ...item,
    repository: 'ghe.example/octo/fork',
    url: 'https://ghe.example/octo/fork/issues/7',
  };
  const stateWith = (items: (typeof item)[]) =>
    aProject({ agents: [session], github: { repositories: [], clones: [], failed_writes: [], items } });

  it('is that of the issue whose label names it, where two repositories have one of that number', () => {
    const unlike = { ...other, labels: ['locked:src/b.ts'] };
    expect(pageOfLock(stateWith([unlike, item]), lock)).toBe(item.url);
  });

  it('is none where the issue is not known any more', () => {
    expect(pageOfLock(stateWith([]), lock)).toBeUndefined();
  });
});

it('names a branch as it is, whatever it is called', () => {
  expect(pageOfBranch('https://github.com/o/r', 'agent/ada/ü#?7')).toBe(
    'https://github.com/o/r/tree/agent/ada/%C3%BC%23%3F7',
  );
});
