import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import type { Queryable } from '../database/port.ts';
import type { Trust } from '../kernel/caller.ts';
import type { Inspector } from '../kernel/guard.ts';
import type { Finding, Intent, PathIntent } from '../kernel/intent.ts';
import type { KnownPassage } from '../kernel/passage.ts';
import type { Effect, EffectOf } from './effects.ts';
import type { Guard } from './engine.ts';
import type { Judgement, Severity, Subject, Violation } from './judgement.ts';
import type { Place } from './places.ts';
import { type ProjectFile, type ProjectRulesLookup, problemsInWords } from './project-file.ts';
import { redact } from './redact.ts';
import type { RepositoryLookup } from './repository.ts';
import type { RuleStore } from './rule-store.ts';

/** The longest piece of a command that the record keeps; its digest says the rest. */
const longestExcerpt = 200;

export interface GuardrailServices {
  /** It loads its grammars while the coordinator is ready for other calls already. */
  readonly guard: Promise<Guard>;
  readonly repository: RepositoryLookup;
  readonly projectFile: ProjectRulesLookup;
  readonly rules: RuleStore;
  /** Interlock's own store, sockets and settings: commands that reach for them are a category of their own. */
  readonly protectedPaths: readonly string[];
}

/**
 * Judges what a call is about to do by the guardrails. What a command writes, moves or deletes counts as touched from
 * then on, and whom it contacts as reached, so that a shell cannot walk around the locks and the network rules.
 */
export function createGuardrailInspector(services: GuardrailServices): Inspector {
  return async (passage, intent, db) => {
    const file = await rulesOf(services, passage);
    const judgement = await judgeIntent(services, passage, intent, file, db);
    passage.steps = [...passage.steps, ...judgement.steps];
    passage.touched = [...passage.touched, ...touchedBy(judgement.effects)];
    passage.reached = [...passage.reached, ...reachedBy(judgement.effects)];
    Object.assign(passage.facts, factsOf(intent, judgement));
    return [...judgement.violations.map(findingOf), ...unknownTool(intent), ...badRules(file, judgement)];
  };
}

async function rulesOf({ projectFile }: GuardrailServices, { place }: KnownPassage): Promise<ProjectFile> {
  if (place.worktree === null) return { is: 'absent' };
  return projectFile(place.worktree, {
    trusted: place.project.settings['guardrails.projectRules'] === 'trust',
  });
}

async function judgeIntent(
  { guard, repository, rules, protectedPaths }: GuardrailServices,
  passage: KnownPassage,
  intent: Intent,
  file: ProjectFile,
  db: Queryable,
): Promise<Judgement> {
  const { command, text, paths, content } = intent;
  const { worktree } = passage.place;
  const subject: Subject = {
    ...(command === undefined ? {} : { command }),
    ...(text === undefined ? {} : { text }),
    ...(paths === undefined ? {} : { paths }),
    ...(content === undefined ? {} : { content }),
  };
  return (await guard).judge(subject, {
    trust: trustOf(passage),
    home: homedir(),
    repository,
    protectedPaths,
    protectedProcesses: [process.pid],
    ruleSettings: await rules.settings(db),
    ...(file.is === 'good' ? { projectRules: file.rules } : {}),
    ...(worktree === null ? {} : { cwd: command?.cwd ?? worktree }),
  });
}

/** People and the coordinator itself answer for what they do; rules are for agents. */
function trustOf({ caller }: KnownPassage): Trust {
  return caller.kind === 'agent' ? caller.trust : 4;
}

/** Which answer a severity is. `warn` and `log` let the call pass and stay on its record. */
const answers: Readonly<Record<Severity, Finding['answer']>> = {
  block: 'refuse',
  approval_required: 'ask',
  warn: 'note',
  log: 'note',
};

function findingOf(violation: Violation): Finding {
  const { rule, category, severity, effect, why, suggestion, matched_text } = violation;
  return {
    answer: answers[severity],
    rule,
    category,
    effect,
    why,
    matchedText: matched_text,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function unknownTool({ unknown }: Intent): Finding[] {
  if (unknown === undefined) return [];
  return [
    {
      answer: 'ask',
      rule: 'tools.unknown',
      category: 'unreadable',
      effect: unknown,
      why: 'What it changes cannot be seen from the call, so a person looks at it.',
      suggestion: 'Use an edit or shell tool whose effect can be seen.',
    },
  ];
}

/** Rules that cannot be read protect nothing: until they are mended a person looks at whatever changes something. */
function badRules(file: ProjectFile, { effects }: Judgement): Finding[] {
  if (file.is !== 'bad' || !effects.some(({ kind }) => kind !== 'read')) return [];
  return [
    {
      answer: 'ask',
      rule: 'guardrails.project-rules',
      category: 'project',
      effect: `It changes something, while ${problemsInWords(file.problems)}`,
      why: 'What the project’s own rules would say of it is not known.',
      suggestion: 'Mend the file.',
    },
  ];
}

/** The files that a command would touch, as far as they can be known. */
export function touchedBy(effects: readonly Effect[]): PathIntent[] {
  return effects.flatMap(effect => {
    if (effect.elsewhere) return [];
    switch (effect.kind) {
      case 'write':
      case 'delete':
        return pathsAt([effect.path], effect.kind);
      case 'discard':
        return pathsAt(effect.paths ?? [], 'write').concat(wholeTreeOf(effect));
      default:
        return [];
    }
  });
}

/** Whom a command would contact, wherever it runs: what a container sends leaves by this machine. */
export function reachedBy(effects: readonly Effect[]): string[] {
  return [...new Set(effects.flatMap(effect => ('host' in effect ? [effect.host] : [])))];
}

function pathsAt(places: readonly Place[], access: PathIntent['access']): PathIntent[] {
  return places.flatMap(({ absolute, area }) =>
    absolute === undefined || area === 'sink' || area === 'device' ? [] : [{ path: absolute, access }],
  );
}

/** `git reset --hard` and its like change every file that somebody has changed. */
function wholeTreeOf({ what, paths, directory }: EffectOf<'discard'>): PathIntent[] {
  const isWhole = paths === undefined && (what === 'changes' || what === 'commits' || what === 'untracked');
  return isWhole && directory !== undefined ? [{ path: directory, access: 'write' }] : [];
}

function factsOf({ command }: Intent, { parsed }: Judgement): Record<string, unknown> {
  if (command === undefined) return {};
  return {
    command: redact(command.text).slice(0, longestExcerpt),
    command_sha256: createHash('sha256').update(command.text).digest('hex'),
    parsed,
  };
}
