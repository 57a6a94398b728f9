import { describe, expect, test } from 'vitest';
import { lockRows } from '../../../src/views/locks-rows.ts';
import { aLock, at, aWindow, now } from '../../support/window-state.ts';

const locks = [
  aLock(),
  aLock({
    file_path: 'src/stock.js',
    locked_by: 'otto',
    session_id: 'other',
    mode: 'shared',
    lock_reason: null,
  }),
  aLock({ file_path: 'docs/**', kind: 'glob' }),
  aLock({ file_path: 'api:POST /orders', kind: 'key' }),
  aLock({
    file_path: 'README.md',
    locked_by: 'Robin',
    session_id: 'mine',
    mode: 'unsaved',
    lock_reason: null,
  }),
];

describe('the view Locks', () => {
  test('shows by folder who holds what, for how long and why', () => {
    const rows = lockRows(aWindow({ locks }), 'folder', now);
    expect(
      rows.map(({ label, children }) => [
        label,
        children?.map(child => `${child.label}: ${child.description}`),
      ]),
    ).toEqual([
      ['docs', ['docs/**: ada · 10 min left · jam comes in jars']],
      ['Logical keys', ['api:POST /orders: ada · 10 min left · jam comes in jars']],
      ['Repository root', ['README.md: Robin · unsaved changes']],
      ['src', ['orders.js: ada · 10 min left · jam comes in jars', 'stock.js: otto · shared · 10 min left']],
    ]);
  });

  test('shows by agent, without saying again who it is', () => {
    const rows = lockRows(aWindow({ locks }), 'agent', now);
    expect(rows.map(({ label, description }) => `${label} ${description}`)).toEqual([
      'ada 3',
      'otto 1',
      'Robin 1',
    ]);
    expect(rows[1]?.children?.[0]).toMatchObject({ label: 'stock.js', description: 'shared · 10 min left' });
  });

  test('shows below a lock who waits for it', () => {
    const waiting = [
      {
        file_path: 'src/orders.js',
        mode: 'exclusive' as const,
        agent_id: 'otto',
        agent_type: 'codex',
        session_id: 'other',
        yours: false,
        waits_since: at(-120),
      },
    ];
    const [group] = lockRows(aWindow({ locks: [aLock()], waiting }), 'folder', now);
    expect(group?.children?.[0]?.children).toMatchObject([{ label: 'otto waits', description: '2 min ago' }]);
  });

  test('opens files, and nothing that is no file', () => {
    const rows = lockRows(aWindow({ locks }), 'folder', now).flatMap(({ children }) => children ?? []);
    expect(rows.filter(({ click }) => click).map(({ label }) => label)).toEqual([
      'README.md',
      'orders.js',
      'stock.js',
    ]);
  });
});
