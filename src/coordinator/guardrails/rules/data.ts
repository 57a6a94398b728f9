import { readable } from '../shell/value.ts';
import { type RuleDefinition, rule } from './rule.ts';

const loseData = rule({
  id: 'database.lose-data',
  kind: 'data',
  category: 'database',
  severity: 'approval_required',
  minTrust: 5,
  why: 'A database keeps no history: what is dropped, emptied or changed without a condition only comes back from a backup, if there is one.',
  suggestion: 'Look first (`select count(*) … where …`), take a backup, and name the rows with a WHERE.',
  judge: effect => ({ effect: readable(effect.how) }),
});

const migrate = rule({
  id: 'migration.destructive',
  kind: 'migrate',
  category: 'migration',
  severity: 'approval_required',
  minTrust: 5,
  why: 'Going back through migrations or starting over deletes the data that came after.',
  suggestion: 'Write a new migration that repairs the old one.',
  judge: effect =>
    effect.direction === 'up'
      ? { effect: readable(effect.how), severity: 'log' }
      : { effect: readable(effect.how) },
});

export const dataRules: readonly RuleDefinition[] = [loseData, migrate];
