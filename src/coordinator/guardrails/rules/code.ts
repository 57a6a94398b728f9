import { readable } from '../shell/value.ts';
import { type RuleDefinition, rule } from './rule.ts';

const runFetched = rule({
  id: 'code.run-fetched',
  kind: 'run-fetched',
  category: 'remote_code',
  severity: 'approval_required',
  minTrust: 5,
  why: 'Whoever controls that host, or the way to it, decides what runs here, and can serve a browser something else.',
  suggestion: 'Download it to a file, read it, then run the file.',
  judge: effect => ({
    effect: `runs code that ${readable(effect.host)} sends, without anyone having read it`,
  }),
});

const opaque = rule({
  id: 'code.unreadable',
  kind: 'opaque',
  category: 'unreadable',
  severity: 'approval_required',
  minTrust: 3,
  why: 'What cannot be read cannot be judged.',
  suggestion: 'Write the command out with the values it is to run with.',
  judge: effect => ({ effect: readable(effect.reason) }),
});

const forkBomb = rule({
  id: 'code.fork-bomb',
  kind: 'fork-bomb',
  category: 'system',
  severity: 'block',
  minTrust: 5,
  why: 'Each copy starts two more until the machine stops answering.',
  judge: () => ({ effect: 'starts copies of itself without end' }),
});

export const codeRules: readonly RuleDefinition[] = [runFetched, opaque, forkBomb];
