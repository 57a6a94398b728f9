import fc from 'fast-check';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { describe, expect, test } from 'vitest';
import { promptBriefing, wholeBriefing } from '../../../../src/coordinator/briefing/brief-session.ts';
import { estimateTokens } from '../../../../src/coordinator/briefing/tokens.ts';
import { anySituation } from './arbitrary-situation.ts';

const tokenizer = new Tiktoken(o200k);
const tokensOf = (text: string) => tokenizer.encode(text, [], []).length;

/** To count tokens takes so long that a search for the smallest counterexample would not end: the first one is told. */
const asFound = { endOnFailure: true };

describe('a briefing', () => {
  test('stays under 1,500 tokens, counted by a real tokenizer, whatever others write and however much of it', () => {
    fc.assert(
      fc.property(anySituation, situation => {
        const text = wholeBriefing(situation);
        expect(estimateTokens(text)).toBeLessThanOrEqual(1_350);
        expect(tokensOf(text)).toBeLessThan(1_500);
      }),
      { numRuns: 60, ...asFound },
    );
  });

  test('is half as long at most where it comes with every prompt', () => {
    fc.assert(
      fc.property(anySituation, situation => {
        expect(tokensOf(promptBriefing(situation))).toBeLessThan(750);
      }),
      { numRuns: 40, ...asFound },
    );
  });

  test('has a line of every kind there is, says how many it leaves out, and ends with what to do', () => {
    fc.assert(
      fc.property(anySituation, situation => {
        const lines = wholeBriefing(situation).split('\n');
        const shownOf = (title: string) => {
          const from = lines.findIndex(line => line.startsWith(title)) + 1;
          if (from === 0) return { shown: 0, hidden: 0 };
          const length = lines.slice(from).findIndex(line => !line.startsWith('- '));
          const own = lines.slice(from, from + length);
          const hidden = Number(/^- and (\d+) more: /.exec(own.at(-1) ?? '')?.[1] ?? 0);
          return { shown: own.length - (hidden > 0 ? 1 : 0), hidden };
        };
        for (const [title, there] of [
          ['You hold:', situation.ownLocks.length],
          ['You have claimed:', situation.claims[0]?.total ?? 0],
          ['Tasks that wait for a worker like you', situation.offers[0]?.total ?? 0],
          ['Held by others, so not yours to change:', situation.othersLocks.length],
          ['Others here:', situation.others.length],
          ['Your requests to a person:', situation.approvals.length],
          ['Messages for you', situation.messages.total],
        ] as const) {
          const { shown, hidden } = shownOf(title);
          expect([title, shown + hidden]).toEqual([title, there]);
          if (there > 0) expect(shown).toBeGreaterThan(0);
        }
        expect(lines.at(-1)).toMatch(/^Next: /);
        expect(lines.filter(line => line.startsWith('Next: '))).toHaveLength(1);
      }),
      { numRuns: 60, ...asFound },
    );
  });

  test('counts no fewer tokens than a real tokenizer does in what agents write', () => {
    for (const text of [
      'Fix the race in src/coordinator/queue/claim-next.ts: two workers get one task when a lease lapses.',
      'git push --force origin main && rm -rf node_modules',
      'a5b3c1f0-0192-7c3e-9a4b-0c1d2e3f4a5b',
      'Überprüfen Sie die Änderungen; 変更を確認してください。',
    ])
      expect(estimateTokens(text)).toBeGreaterThanOrEqual(tokensOf(text));
  });
});
