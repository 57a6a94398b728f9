import { readFileSync, statSync } from 'node:fs';
import type { AssetReader } from '../assets.ts';
import type { Effect } from './effects.ts';
import type { GuardContext, Judgement, Severity, Subject, Verdict, Violation } from './judgement.ts';
import { placeOf } from './places.ts';
import { commandsInProse } from './prose.ts';
import { redact } from './redact.ts';
import { builtinRules } from './rules/builtin.ts';
import type { Finding, RuleDefinition } from './rules/rule.ts';
import { Evaluation } from './shell/evaluate.ts';
import { createReader, type ShellName } from './shell/reading.ts';
import { type Grammar, loadGrammar } from './shell/syntax.ts';
import { toolNamed } from './tools/catalog.ts';

/** Longer than this nobody reads before it runs; it asks. Characters, at least one byte each. */
const maximumInput = 256 * 1024;

/** A project file that a command runs is followed up to this size, in bytes. */
const maximumFile = 64 * 1024;

const maximumMatchedText = 200;

export interface GuardOptions {
  /** Gives `web-tree-sitter.wasm`, `tree-sitter-bash.wasm` and `tree-sitter-powershell.wasm`. */
  readonly asset: AssetReader;
  /** A small text file of the project, or undefined. The default reads the disk. */
  readonly readFile?: (path: string) => string | undefined;
}

export interface Guard {
  /**
   * Says what is about to happen and whether it may. Never throws for any input: what fails or cannot be read asks.
   * Starts no process unless an effect needs a fact about a repository.
   */
  judge(subject: Subject, context: GuardContext): Promise<Judgement>;
}

/** Loads the bash grammar and is then ready; imports no database and no part of the coordinator. */
export async function createGuard(options: GuardOptions): Promise<Guard> {
  const bash = await loadGrammar('bash', options.asset);
  const readFile = options.readFile ?? readSmallFile;
  return {
    judge: async (subject, context) => {
      try {
        return await judge(subject, context, { bash, readFile });
      } catch (error) {
        return unreadable(
          `the guard failed on it (${error instanceof Error ? error.message : 'unknown error'})`,
          subject,
          context,
        );
      }
    },
  };
}

interface Command {
  readonly text: string;
  readonly shell: ShellName;
  readonly cwd: string | undefined;
}

interface Means {
  readonly bash: Grammar;
  readonly readFile: (path: string) => string | undefined;
}

async function judge(subject: Subject, context: GuardContext, means: Means): Promise<Judgement> {
  const tooLong = [subject.command?.text, subject.text, subject.sql, subject.content].some(
    part => part !== undefined && part.length > maximumInput,
  );
  if (tooLong) return unreadable('the input is longer than 256 KiB', subject, context);
  const effects: Effect[] = [];
  let parsed = true;
  const cwd = subject.command?.cwd ?? context.cwd;
  const follow = (text: string, shell: ShellName) => {
    const reading = followCommand({ text, shell, cwd }, context, means);
    effects.push(...reading.effects);
    parsed &&= reading.parsed;
  };
  if (subject.command !== undefined) follow(subject.command.text, subject.command.shell ?? 'bash');
  for (const command of commandsInProse(subject.text ?? '')) follow(command, 'bash');
  effects.push(...pathEffects(subject, cwd, context));
  const distinct = withoutRepeats(effects);
  const violations = await judgeEffects(distinct, cwd === undefined ? context : { ...context, cwd });
  return conclude(violations, distinct, parsed);
}

function followCommand(subject: Command, context: GuardContext, means: Means) {
  const parse = createReader({ bash: means.bash });
  const ground = { home: context.home, parse, tool: toolNamed, read: means.readFile };
  const evaluation = new Evaluation(ground, subject.text.length);
  evaluation.start(subject.text, subject.shell, subject.cwd);
  return { effects: evaluation.effects, parsed: !evaluation.broken };
}

function pathEffects(subject: Subject, cwd: string | undefined, context: GuardContext): Effect[] {
  return (subject.paths ?? []).map(({ path, access }) => {
    const place = placeOf(path, { cwd, home: context.home, elsewhere: false }, { tilde: false });
    const common = { path: place, by: path.slice(0, maximumMatchedText), elsewhere: false, guessed: false };
    if (access === 'read') return { kind: 'read', ...common };
    if (access === 'write') return { kind: 'write', manner: 'edit', ...common };
    return { kind: 'delete', recursive: false, manner: 'remove', ...common };
  });
}

/** The same deed is often reached on several ways through a script; it is judged once. */
function withoutRepeats(effects: readonly Effect[]): Effect[] {
  if (effects.length < 2) return [...effects];
  return [...new Map(effects.map(effect => [JSON.stringify(effect), effect])).values()];
}

/** One violation an effect: the strictest that any rule finds, of equals the first. */
async function judgeEffects(effects: readonly Effect[], context: GuardContext): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const effect of effects) {
    const found: Violation[] = [];
    for (const definition of builtinRules) {
      if (definition.kind !== effect.kind) continue;
      const setting = context.ruleSettings?.get(definition.id);
      if (setting?.enabled === false) continue;
      const rule = {
        ...definition,
        ...(setting?.severity === undefined ? {} : { severity: setting.severity }),
      };
      const finding = await rule.judge(effect, context);
      if (finding === undefined) continue;
      found.push(violation(rule, finding, effect, setting?.minTrust ?? rule.minTrust, context));
    }
    violations.push(...strictestFirst(found).slice(0, 1));
  }
  return violations;
}

function violation(
  rule: RuleDefinition,
  finding: Finding,
  effect: Effect,
  minTrust: number,
  context: GuardContext,
): Violation {
  let severity: Severity = finding.severity ?? rule.severity;
  if (effect.guessed && severity === 'block') severity = 'approval_required';
  if (context.trust >= minTrust && isStopping(severity)) severity = 'log';
  const suggestion = finding.suggestion ?? rule.suggestion;
  return {
    rule: rule.id,
    category: rule.category,
    severity,
    matched_text: redact(effect.by).slice(0, maximumMatchedText),
    effect: redact(finding.effect),
    why: finding.why ?? rule.why,
    ...(suggestion === undefined ? {} : { suggestion }),
    blocked: isStopping(severity),
  };
}

function isStopping(severity: Severity): boolean {
  return severity === 'block' || severity === 'approval_required';
}

const order: readonly Severity[] = ['block', 'approval_required', 'warn', 'log'];

function strictestFirst(violations: readonly Violation[]): Violation[] {
  return [...violations].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

function conclude(violations: readonly Violation[], effects: readonly Effect[], parsed: boolean): Judgement {
  const sorted = strictestFirst(violations);
  const strictest = sorted[0]?.severity;
  const verdict: Verdict =
    strictest === 'block' ? 'block' : strictest === 'approval_required' ? 'ask' : 'allow';
  return { verdict, safe: verdict === 'allow', violations: sorted, parsed, effects };
}

function unreadable(reason: string, subject: Subject, context: GuardContext): Judgement {
  const text = subject.command?.text ?? subject.sql ?? subject.text ?? '';
  return conclude([unreadableViolation(reason, text.slice(0, maximumMatchedText), context)], [], false);
}

/** A verdict without an effect: nothing is known, so no trust passes. */
function unreadableViolation(reason: string, by: string, context: GuardContext): Violation {
  const effect: Effect = { kind: 'opaque', reason, by, elsewhere: false, guessed: false };
  const definition = builtinRules.find(candidate => candidate.kind === 'opaque');
  if (definition === undefined) throw new Error('there is no rule for what cannot be read');
  return violation(definition, { effect: reason }, effect, 5, context);
}

function readSmallFile(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile() || stat.size > maximumFile) return undefined;
  return readFileSync(path, 'utf8');
}
