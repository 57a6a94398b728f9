import { describe, expect, test } from 'vitest';
import { noWork, type Task, type TaskDependency, type Work } from '../../../src/extension/project-state.ts';
import { countHeld } from '../../../src/views/held-work.ts';
import { workRows } from '../../../src/views/work-rows.ts';
import { aTask, at, aWindow, now } from '../../support/window-state.ts';

const parser = aTask({ number: 1, description: 'Write the parser\nwith care' });
const review = aTask({ number: 2, task_type: 'review', description: 'Review it', waits_for: 1 });
const release = aTask({ number: 3, description: 'Release it', waits_for: 2, priority: 1 });
const running = aTask({
  number: 4,
  description: 'Sell jam',
  status: 'running',
  claimed_by: 'ada',
  lease_until: at(600),
  attempts: 1,
});
const guarded = aTask({
  number: 5,
  description: 'Clean up',
  held: {
    reason: 'guardrail',
    since: at(-60),
    findings: [
      { rule: 'files.delete', effect: 'deletes the home folder', matched_text: 'rm -rf ~', why: null },
    ],
  },
});
const orphan = aTask({ number: 6, held: { reason: 'dependency_failed', since: at(-60), findings: [] } });
const done = aTask({ number: 7, description: 'Design it', status: 'completed', ended_at: at(-120) });
const failed = aTask({
  number: 8,
  description: 'Try it',
  status: 'failed',
  ended_at: at(-60),
  failure: { code: 'attempts_exhausted', message: 'Each of its 3 claims was lost.' },
});

const waitsFor = (task: Task, other: Task, change: Partial<TaskDependency> = {}): TaskDependency => ({
  task_id: task.task_id,
  depends_on: other.task_id,
  number: other.number,
  task_type: other.task_type,
  status: other.status,
  waived: false,
  ...change,
});

const work = (change: Partial<Work>): Work => ({
  ...noWork,
  counts: { ...noWork.counts, pending: change.open?.length ?? 0, completed: change.ended?.length ?? 0 },
  ...change,
});
const rowsOf = (change: Partial<Work>) => workRows(aWindow({ work: work(change) }), now);

describe('the view Work', () => {
  test('shows what needs a person first, then what goes on, what comes next, and what is over', () => {
    const rows = rowsOf({ open: [parser, review, running, guarded, orphan], ended: [failed, done] });
    expect(
      rows.map(({ label, children }) => [
        label,
        children?.map(child => `${child.label}: ${child.description}`),
      ]),
    ).toEqual([
      [
        'Held: somebody has to decide',
        [
          'Clean up: deletes the home folder · #5 · implement',
          'Sell jam: what it depends on did not complete · #6 · implement',
        ],
      ],
      ['At work', ['Sell jam: ada · 10 min left · #4 · implement']],
      ['Ready', ['Write the parser: #1 · implement']],
      ['Waiting for others', ['Review it: waits for 1 task · #2 · review']],
      [
        'Ended',
        [
          'Try it: failed: no attempts left · 1 min ago · #8 · implement',
          'Design it: completed · 2 min ago · #7 · implement',
        ],
      ],
    ]);
  });

  test('folds what has ended, and says how much of it is shown', () => {
    const [ended] = rowsOf({ ended: [done], counts: { ...noWork.counts, completed: 900, failed: 12 } });
    expect(ended).toMatchObject({ description: 'the last 1 of 912', folded: true });
  });

  test('says that there are more open tasks than it shows', () => {
    const [ready] = rowsOf({ open: [parser], counts: { ...noWork.counts, pending: 501 } });
    expect(ready?.description).toBe('1 shown; 500 more tasks are open');
  });

  test('shows below a task what it waits for and what waits for it, also what has ended', () => {
    const dependencies = [
      waitsFor(review, parser),
      waitsFor(release, review),
      waitsFor(release, parser),
      waitsFor(release, done),
    ];
    const rows = rowsOf({ open: [parser, review, release], ended: [], dependencies });
    const below = (label: string) =>
      rows
        .flatMap(({ children }) => children ?? [])
        .find(row => row.label === label)
        ?.children?.map(child => `${child.label}: ${child.description}`);
    expect(below('Write the parser')).toEqual([
      'before #2 Review it: pending',
      'before #3 Release it: pending',
    ]);
    expect(below('Release it')).toEqual([
      'after #2 Review it: pending',
      'after #1 Write the parser: pending',
      'after #7 implement: completed',
    ]);
  });

  test('offers for each task what can be done about it', () => {
    const rows = rowsOf({ open: [parser, running, guarded], ended: [done] });
    const kinds = rows.flatMap(({ children }) => children ?? []).map(({ label, kind }) => [label, kind]);
    expect(kinds).toEqual([
      ['Clean up', 'heldTask'],
      ['Sell jam', 'openTask'],
      ['Write the parser', 'openTask'],
      ['Design it', 'endedTask'],
    ]);
  });

  test('tells whoever points at a task who has it, since when and what was found', () => {
    const rows = rowsOf({ open: [running, guarded] });
    const [held, atWork] = rows.flatMap(({ children }) => children ?? []);
    expect(held?.tooltip?.facts).toContainEqual({ name: 'Found', value: 'rm -rf ~' });
    expect(atWork?.tooltip?.facts).toContainEqual({ name: 'Attempts', value: '1 of 3' });
    expect(atWork?.tooltip?.facts).toContainEqual({ name: 'Claimed by', value: 'ada' });
  });

  test('counts for the badge what is held, shown or not', () => {
    expect(countHeld(aWindow({ work: work({ counts: { ...noWork.counts, held: 3 } }) }))).toBe(3);
  });

  test('gives every row a name of its own', () => {
    const dependencies = [waitsFor(review, parser), waitsFor(release, review), waitsFor(release, parser)];
    const all = (rows: ReturnType<typeof rowsOf>): string[] =>
      rows.flatMap(row => [row.id, ...all(row.children ?? [])]);
    const ids = all(rowsOf({ open: [parser, review, release, guarded], ended: [done], dependencies }));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
