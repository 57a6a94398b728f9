import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentBranchName, parseAgentBranch } from '../../../../src/coordinator/github/convention.ts';
import { git } from '../../../support/repository.ts';

describe('the name of an agent’s branch', () => {
  test('says whose it is and for which task, with or without where branches are', () => {
    const said = { agentId: 'ada', taskId: '7', branch: 'agent/ada/7' };
    expect(parseAgentBranch('agent/ada/7', 'agent')).toEqual(said);
    expect(parseAgentBranch('refs/heads/agent/ada/7', 'agent')).toEqual(said);
  });

  test.each([
    'agent',
    'agent/ada',
    'agent/ada/',
    'agent//7',
    'agent/ada/7/more',
    'agents/ada/7',
    'feature/agent/ada/7',
    'refs/tags/agent/ada/7',
    'agent/ada/\ufffd',
    `agent/ada/${'x'.repeat(201)}`,
  ])('is not %j', name => {
    expect(parseAgentBranch(name, 'agent')).toBeUndefined();
  });

  test('that is made of any agent and task is one that git takes, and reads back as one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ minLength: 1 }), (agent, task) => {
        const name = agentBranchName('agent', agent.slice(0, 80).toWellFormed(), task.slice(0, 80));
        expect(git('/', 'check-ref-format', '--branch', name)).toBe(name);
        expect(parseAgentBranch(name, 'agent')).toBeDefined();
      }),
      {
        numRuns: 60,
        examples: [
          ['.lock', '..'],
          ['@', '@{x'],
          ['a.lock', '-'],
          ['a/b', 'ü ñ'],
          ['.lock.lock', 'x.lock.'],
        ],
      },
    );
  });
});
