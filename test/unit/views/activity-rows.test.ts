import { describe, expect, test } from 'vitest';
import { noWork } from '../../../src/extension/project-state.ts';
import { activityRows } from '../../../src/views/activity-rows.ts';
import type { Topic } from '../../../src/views/activity-topics.ts';
import { aRecord, aTask, aWindow, now } from '../../support/window-state.ts';

const rowsOf = (activity: readonly ReturnType<typeof aRecord>[], ...topics: Topic[]) =>
  activityRows(aWindow({ activity }), new Set(topics), now);
const sentences = (...args: Parameters<typeof rowsOf>) => rowsOf(...args).map(({ label }) => label);

const request = aRecord({
  sequence: 2,
  operation: 'request_approval',
  caller: { kind: 'system', name: 'ada' },
  facts: { approval_id: 'x', for_resource: { type: 'Tool', id: 'git push --force' } },
});
const decision = aRecord({
  sequence: 3,
  operation: 'decide_approval',
  caller: { kind: 'operator', name: 'Robin' },
  resource: { type: 'Approval', id: 'x' },
  facts: { approval_id: 'x', decision: 'denied', requester_agent: 'ada' },
});
const waiting = aRecord({
  sequence: 1,
  operation: 'check_tool_use',
  outcome: 'denied',
  code: 'approval_pending',
});
const passed = aRecord({ sequence: 4, operation: 'check_tool_use' });
const keptOut = aRecord({
  sequence: 5,
  operation: 'check_tool_use',
  outcome: 'denied',
  code: 'locked_by_other',
  resource: { type: 'Tool', id: '/repo/src/orders.js' },
});

describe('the view Activity', () => {
  test('tells handoffs, memories and skills as sentences', () => {
    const handoff = aRecord({ operation: 'write_handoff', resource: { type: 'Project', id: 'handoffs' } });
    const skill = aRecord({ operation: 'save_skill', resource: { type: 'Memory', id: 'skill:release' } });
    expect(sentences([handoff, skill])).toEqual(['ada left a handoff', 'ada wrote down a skill: release']);
  });

  test('tells what was asked and decided, not the numbers of it', () => {
    expect(sentences([decision, request])).toEqual([
      'Robin denied: git push --force',
      'ada asks: git push --force',
    ]);
  });

  test('says whose request was decided where the request is too long ago', () => {
    expect(sentences([decision])).toEqual(['Robin denied: a request of ada']);
  });

  test('tells of files as everywhere else, below the root of the worktree', () => {
    expect(sentences([keptOut])).toEqual(['ada was kept out: src/orders.js']);
  });

  test('leaves out what nobody asked for, until somebody does', () => {
    const read = aRecord({ sequence: 6, operation: 'query_audit' });
    expect(sentences([read, passed, waiting])).toEqual([]);
    expect(sentences([read, passed, waiting], 'tools')).toEqual([
      'ada goes on: src/orders.js',
      'ada waits for an answer: src/orders.js',
    ]);
    expect(rowsOf([read], 'reads')).toHaveLength(1);
  });

  test('tells of GitHub in words, and only to whoever looks for it', () => {
    const heard = aRecord({
      operation: 'record_github_items',
      resource: { type: 'Project', id: 'github.com/octo/shop' },
    });
    const lent = aRecord({ operation: 'sign_in_to_github', caller: { kind: 'operator', name: 'Robin' } });
    expect(sentences([heard, lent])).toEqual(['Robin lent the sign-in to GitHub']);
    expect(sentences([heard], 'github')).toEqual(['Heard from GitHub: github.com/octo/shop']);
  });

  test('shows a tool call that passed although a rule had something to say', () => {
    const noted = aRecord({
      operation: 'check_tool_use',
      findings: [{ rule: 'git.reset', effect: 'loses changes' }],
    });
    expect(sentences([noted])).toEqual(['ada goes on: src/orders.js']);
  });

  test('says what a guardrail stopped', () => {
    const stopped = aRecord({
      operation: 'check_tool_use',
      outcome: 'denied',
      code: 'destructive_operation_blocked',
      findings: [{ rule: 'files.delete', effect: 'deletes the folder src' }],
    });
    expect(sentences([stopped], 'refusals')).toEqual(['ada was stopped: deletes the folder src']);
  });

  test('says an operation that it has no words for by its name', () => {
    const later = aRecord({ operation: 'water_plants', resource: { type: 'Task', id: 'T1' } });
    expect(sentences([later])).toEqual(['ada: water plants T1']);
  });

  test('goes on into the past', () => {
    const rows = activityRows(aWindow({ activity: [request], hasOlderActivity: true }), new Set(), now);
    expect(rows.at(-1)).toMatchObject({
      label: 'Show older records',
      click: { command: 'interlock.showMoreActivity' },
    });
  });

  test('tells of tasks by their number and title', () => {
    const task = aTask({ number: 3, description: 'Sell jam' });
    const submitted = aRecord({ operation: 'submit_work', facts: { task_id: task.task_id } });
    const completed = aRecord({
      sequence: 2,
      operation: 'complete_work',
      resource: { type: 'Task', id: task.task_id },
      facts: { status: 'completed' },
    });
    const state = aWindow({ activity: [completed, submitted], work: { ...noWork, open: [task] } });
    expect(activityRows(state, new Set(), now).map(({ label }) => label)).toEqual([
      'ada completed a task: #3 Sell jam',
      'ada left a task: #3 Sell jam',
    ]);
  });

  test('says why a person said no, and why the policies did', () => {
    const because = aRecord({ ...decision, facts: { ...decision.facts, reason: 'main is protected' } });
    const stopped = aRecord({
      sequence: 1,
      outcome: 'denied',
      code: 'insufficient_trust_level',
      step: 'authorize',
      decision: { reason: 'write asks for trust 2, the agent has 1' },
    });
    expect(sentences([because, request, stopped])).toEqual([
      'Robin denied: git push --force — main is protected',
      'ada asks: git push --force',
      'ada was stopped: write asks for trust 2, the agent has 1',
    ]);
  });

  test('tells who changed what decides about agents', () => {
    const changed = (operation: string, facts: Record<string, unknown>) =>
      aRecord({ operation, caller: { kind: 'operator', name: 'Robin' }, resource: null, facts });
    const records = [
      changed('save_network_rule', { rule: { domain: '*.example.com', verdict: 'deny' } }),
      changed('save_profile', { profile: 'codex_cloud_worker' }),
      changed('assign_profile', { agent_id: 'ada', after: 'suspended' }),
      changed('assign_profile', { agent_id: 'ada', before: 'suspended', after: null }),
    ];
    expect(sentences(records, 'settings')).toEqual([
      'Robin changed whether agents may reach *.example.com',
      'Robin changed the profile codex_cloud_worker',
      'Robin gave ada the profile suspended',
      'Robin took back the profile of ada',
    ]);
  });
});
