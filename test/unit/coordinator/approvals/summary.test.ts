import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Summary, summarize } from '../../../../src/coordinator/approvals/summary.ts';
import type { Intent } from '../../../../src/coordinator/kernel/intent.ts';

const nothing = {
  command: null,
  paths: [],
  domains: [],
  steps: [],
  replaces: null,
  text: null,
  truncated: false,
};

describe('the summary of a content', () => {
  test('shows the command and where it would run', () => {
    const command = { text: 'git push -f', shell: 'bash' as const, cwd: '/repository' };
    expect(summarize({ command }, { command: 'git push -f' })).toEqual({ ...nothing, command });
  });

  test('shows the files, and what would be written into them', () => {
    const paths = [{ path: 'src/a.ts', access: 'write' as const }];
    expect(summarize({ paths, content: 'new text' }, {})).toEqual({ ...nothing, paths, text: 'new text' });
  });

  test('shows the files that a command was found to touch', () => {
    const command = { text: 'sed -i s/a/b/ notes.md', shell: 'bash' as const, cwd: '/repository' };
    const touched = [{ path: '/repository/notes.md', access: 'write' as const }];
    expect(summarize({ command }, {}, { touched, steps: [] })).toEqual({
      ...nothing,
      command,
      paths: touched,
    });
  });

  test('shows what a command does, step by step', () => {
    const command = { text: 'cd a && rm -r b', shell: 'bash' as const, cwd: '/repository' };
    const steps = [
      { by: 'cd a', does: [] },
      { by: 'rm -r b', does: ['deletes b with everything in it'] },
    ];
    expect(summarize({ command }, {}, { touched: [], steps })).toEqual({ ...nothing, command, steps });
    expect(summarize({ command }, {}, { touched: [], steps: Array(51).fill(steps[0]) })).toMatchObject({
      truncated: true,
    });
  });

  test('shows what an edit takes away, and what it puts there', () => {
    const paths = [{ path: 'src/a.ts', access: 'write' as const }];
    const summary = summarize({ paths, replaces: 'old text', content: 'new text' }, {});
    expect(summary).toEqual({ ...nothing, paths, replaces: 'old text', text: 'new text' });
  });

  test('of a request that an older version filed has no steps', () => {
    const { steps: _, replaces: __, ...older } = nothing;
    expect(Summary.parse(older)).toEqual(nothing);
  });

  test('shows no credential', () => {
    const text = `curl -H "Authorization: Bearer ${'k'.repeat(40)}" https://example.com`;
    const summary = summarize({ command: { text, shell: 'bash', cwd: '/' }, content: text }, text);
    expect(JSON.stringify(summary)).not.toContain('kkkk');
    expect(summary.command?.text).toContain('[redacted]');
  });

  test('shows the content itself where the call says nothing about what it does', () => {
    for (const intent of [undefined, {}, { unknown: 'a tool nobody knows' }]) {
      expect(summarize(intent, { tool: 'x', n: 1 })).toEqual({
        ...nothing,
        text: '{\n  "tool": "x",\n  "n": 1\n}',
      });
    }
  });

  test('says that something was left out, wherever it was', () => {
    const long = 'x'.repeat(8_001);
    const command = { text: 'ls', shell: 'bash' as const, cwd: '/' };
    const many = Array.from({ length: 101 }, (_, i) => `${i}`);
    const cut: Intent[] = [
      { command: { ...command, text: long } },
      { command: { ...command, cwd: long } },
      { text: long },
      { content: long },
      { content: 'short', replaces: long },
      { paths: [{ path: long, access: 'read' }] },
      { paths: many.map(path => ({ path, access: 'read' })) },
      { domains: many },
      { domains: [long] },
      { unknown: 'no telling' },
    ];
    for (const intent of cut) expect(summarize(intent, long).truncated).toBe(true);
    expect(summarize({ command }, long).truncated).toBe(false);
  });

  test('is bounded and fit for the database, whatever the call carries', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20_000 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const summary = summarize(
          {
            command: { text: one, shell: 'bash', cwd: other },
            paths: [{ path: one, access: 'delete' }],
            content: other,
          },
          one,
        );
        const stored = JSON.stringify(Summary.parse(summary));
        expect(stored).not.toContain('\\u0000');
        expect(stored).not.toMatch(/\\ud[89a-f]/);
        for (const shown of [
          summary.command?.text,
          summary.command?.cwd,
          summary.text,
          summary.paths[0]?.path,
        ]) {
          expect(shown?.length).toBeLessThanOrEqual(8_000);
        }
      }),
      { numRuns: 50 },
    );
  });
});
