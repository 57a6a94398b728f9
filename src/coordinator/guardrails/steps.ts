import { wordsOf } from './effect-words.ts';
import type { Effect } from './effects.ts';
import type { Step } from './judgement.ts';
import { redact } from './redact.ts';
import type { Command } from './shell/standing.ts';

/** Nobody reads more. What is left out is judged all the same. */
const mostSteps = 100;
const mostDeeds = 20;

/** The commands of a text in the order in which they would run, with what each does. */
export function stepsOf(commands: readonly Command[], effects: readonly Effect[]): Step[] {
  const deeds = new Map<string, Effect[]>(commands.map(({ by }) => [by, []]));
  for (const effect of effects) {
    const done = deeds.get(effect.by);
    if (done) done.push(effect);
    else deeds.set(effect.by, [effect]);
  }
  return [...deeds].slice(0, mostSteps).map(([by, done]) => ({
    by: redact(by),
    does: [...new Set(done.slice(0, mostDeeds).map(effect => redact(wordsOf(effect))))],
  }));
}
