import { readable } from '../shell/value.ts';
import { type RuleDefinition, rule } from './rule.ts';

const destroy = rule({
  id: 'deployment.destroy',
  kind: 'infrastructure',
  category: 'deployment',
  severity: 'approval_required',
  minTrust: 5,
  why: 'It takes away something that runs or is stored outside this repository, which no git command brings back.',
  suggestion: 'List or plan first (`get`, `describe`, `plan`, `--dry-run`), and let a person run the rest.',
  judge: effect =>
    effect.act === 'destroy'
      ? { effect: readable(effect.how), ...(effect.local ? { severity: 'warn' as const } : {}) }
      : undefined,
});

const change = rule({
  id: 'deployment.change',
  kind: 'infrastructure',
  category: 'deployment',
  severity: 'approval_required',
  minTrust: 5,
  why: 'It changes what others use while they use it.',
  suggestion: 'Show the difference first (`diff`, `plan`, `--dry-run`).',
  judge: effect => {
    if (effect.act !== 'change' && effect.act !== 'deploy') return undefined;
    return { effect: readable(effect.how), ...(effect.local ? { severity: 'log' as const } : {}) };
  },
});

const publish = rule({
  id: 'deployment.publish',
  kind: 'infrastructure',
  category: 'deployment',
  severity: 'approval_required',
  minTrust: 5,
  why: 'What is published is copied at once, and a version number can never be used again.',
  suggestion: 'Let the release pipeline publish, or try with --dry-run.',
  judge: effect => (effect.act === 'publish' ? { effect: readable(effect.how) } : undefined),
});

const access = rule({
  id: 'deployment.access',
  kind: 'infrastructure',
  category: 'deployment',
  severity: 'approval_required',
  minTrust: 5,
  why: 'It decides who may do what, which is for people to decide.',
  judge: effect => (effect.act === 'access' ? { effect: readable(effect.how) } : undefined),
});

export const infrastructureRules: readonly RuleDefinition[] = [destroy, change, publish, access];
