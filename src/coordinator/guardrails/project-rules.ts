import picomatch from 'picomatch';
import { RE2JS } from 're2js';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Effect } from './effects.ts';
import type { GuardContext, ProjectRule, ProjectRules, ProjectSetting, Severity } from './judgement.ts';
import { builtinRules } from './rules/builtin.ts';
import type { Command } from './shell/standing.ts';
import { readable } from './shell/value.ts';
import { isAsStrict } from './verdict.ts';

const SeverityName = z.enum(['block', 'approval_required', 'warn', 'log']);
const MinTrust = z.int().min(0).max(5);
const Pattern = z.string().min(1).max(1_000);

const Rule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/, 'is lower-case letters, digits, dots and dashes'),
  /** Words of a command: `*` is any one word, `**` any number; options match wherever they stand. */
  argv: Pattern.optional(),
  /** A glob over paths that are written, deleted or read, relative to the repository. */
  path: Pattern.optional(),
  access: z
    .array(z.enum(['read', 'write', 'delete']))
    .min(1)
    .default(['write', 'delete']),
  /** A regular expression (RE2) over each command, its words joined by single spaces. */
  pattern: Pattern.optional(),
  severity: SeverityName.default('approval_required'),
  min_trust: MinTrust.default(5),
  why: z.string().min(1).max(500),
  suggestion: z.string().min(1).max(500).optional(),
});

const File = z.strictObject({
  version: z.literal(1),
  protected_branches: z.array(Pattern).max(100).default([]),
  /** Paths the project makes itself: deleting them loses nothing. */
  generated: z.array(Pattern).max(100).default([]),
  rules: z.array(Rule).max(200).default([]),
  /** Changes to built-in rules, by their ids. */
  settings: z
    .record(
      z.string(),
      z.strictObject({
        enabled: z.boolean().optional(),
        severity: SeverityName.optional(),
        min_trust: MinTrust.optional(),
      }),
    )
    .default({}),
});

type RuleText = z.infer<typeof Rule>;

/** What is wrong with a file, and where: both count from 1. */
export interface ProjectRulesProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ProjectRulesReading =
  | { readonly rules: ProjectRules; readonly problems: readonly [] }
  | { readonly rules: undefined; readonly problems: readonly ProjectRulesProblem[] };

/**
 * Reads and checks the rules of a project. A file with a mistake gives its problems and no rules at all, so that nobody
 * relies on half of it. Unless the workspace is trusted, whatever would loosen a built-in rule is left out.
 */
export function readProjectRules(text: string, options: { readonly trusted: boolean }): ProjectRulesReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0)
    return failed(
      document.errors.map(error => ({ ...at(error.pos[0]), message: error.message.split('\n')[0] ?? '' })),
    );
  const parsed = File.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(issue => ({
      ...at(offsetOf(document, issue.path)),
      message: `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`,
    }));
    return failed(problems);
  }
  const problems: ProjectRulesProblem[] = [];
  const report = (path: readonly PropertyKey[], message: string) =>
    problems.push({ ...at(offsetOf(document, path)), message: `${path.join('.')}: ${message}` });
  const lineOf = (path: readonly PropertyKey[]) => at(offsetOf(document, path)).line;
  const rules = parsed.data.rules.map((rule, index) => ({
    ...compiled(rule, index, report),
    line: lineOf(['rules', index]),
  }));
  for (const id of Object.keys(parsed.data.settings)) {
    if (!builtinRules.some(rule => rule.id === id))
      report(['settings', id], 'there is no built-in rule of that id');
  }
  if (problems.length > 0) return failed(problems);
  const settings = new Map(
    Object.entries(parsed.data.settings).map(
      ([id, { enabled, severity, min_trust }]): [string, ProjectSetting] => [
        id,
        {
          line: lineOf(['settings', id]),
          ...(enabled === undefined ? {} : { enabled }),
          ...(severity === undefined ? {} : { severity }),
          ...(min_trust === undefined ? {} : { minTrust: min_trust }),
        },
      ],
    ),
  );
  const generated = options.trusted ? parsed.data.generated : [];
  const globs = generated.flatMap(glob => [glob, `${glob.replace(/\/+$/, '')}/**`]);
  return {
    problems: [],
    rules: {
      rules,
      settings: options.trusted ? settings : tightening(settings),
      mayLoosen: options.trusted,
      protectedBranches: parsed.data.protected_branches,
      isGenerated: globs.length === 0 ? () => false : picomatch(globs, { dot: true }),
    },
  };
}

function failed(problems: readonly ProjectRulesProblem[]): ProjectRulesReading {
  return { rules: undefined, problems };
}

/** The place of a value in the text, or of the nearest thing around it that is there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0]);
  }
  return 0;
}

/** Without trust a project may ask for more than the built-in rules do, never for less. */
function tightening(settings: ReadonlyMap<string, ProjectSetting>): Map<string, ProjectSetting> {
  const kept = new Map<string, ProjectSetting>();
  for (const [id, setting] of settings) {
    const builtin = builtinRules.find(rule => rule.id === id);
    if (builtin === undefined) continue;
    const severity = setting.severity !== undefined && isAsStrict(setting.severity, builtin.severity);
    const minTrust = setting.minTrust !== undefined && setting.minTrust >= builtin.minTrust;
    kept.set(id, {
      line: setting.line,
      ...(severity ? { severity: setting.severity } : {}),
      ...(minTrust ? { minTrust: setting.minTrust } : {}),
    });
  }
  return kept;
}

type Report = (path: readonly PropertyKey[], message: string) => void;

function compiled(rule: RuleText, index: number, report: Report): Omit<ProjectRule, 'line'> {
  const matchers: Matcher[] = [];
  if (rule.argv !== undefined) matchers.push(shapeMatcher(rule.argv));
  if (rule.path !== undefined) matchers.push(pathMatcher(rule.path, rule.access));
  if (rule.pattern !== undefined) {
    const matcher = patternMatcher(rule.pattern);
    if (typeof matcher === 'string') report(['rules', index, 'pattern'], matcher);
    else matchers.push(matcher);
  }
  if (matchers.length === 0 && rule.pattern === undefined)
    report(['rules', index], 'says nothing to look for: give argv, path or pattern');
  const severity: Severity = rule.severity;
  return {
    id: `project.${rule.id}`,
    looksFor: wanted(rule),
    category: 'project',
    severity,
    minTrust: rule.min_trust,
    why: rule.why,
    ...(rule.suggestion === undefined ? {} : { suggestion: rule.suggestion }),
    // With more than one condition, all of them must hold, each for some part of what would happen.
    find: (commands, effects, context) => {
      let first: Found | undefined;
      for (const matcher of matchers) {
        const found = matcher(commands, effects, context);
        if (found === undefined) return undefined;
        first ??= found;
      }
      return first;
    },
  };
}

function wanted({ argv, path, access, pattern }: RuleText): string {
  const parts = [
    argv,
    path === undefined ? undefined : `${path} (${access.join(', ')})`,
    pattern === undefined ? undefined : `/${pattern}/`,
  ];
  return parts.filter(part => part !== undefined).join(' · ');
}

type Found = ReturnType<ProjectRule['find']> & object;
type Matcher = (
  commands: readonly Command[],
  effects: readonly Effect[],
  context: GuardContext,
) => Found | undefined;

function aboutCommand(command: Command): Found {
  return {
    by: command.by,
    guessed: false,
    effect: `runs ${readable(command.words.join(' ')).slice(0, 200)}`,
  };
}

function shapeMatcher(shape: string): Matcher {
  const words = shape.trim().split(/\s+/);
  const options = words.filter(word => word.startsWith('-'));
  const [program = '', ...operands] = words.filter(word => !word.startsWith('-'));
  const positional = [baseName(program), ...operands];
  return commands => {
    const command = commands.find(({ words: given }) => {
      const [name = '', ...rest] = given;
      const plain = [baseName(name), ...rest.filter(word => !word.startsWith('-'))];
      const hasOptions = options.every(option =>
        rest.some(word => word === option || word.startsWith(`${option}=`)),
      );
      return hasOptions && fits(positional, plain);
    });
    return command && aboutCommand(command);
  };
}

/** A program is the same one however its path is written. */
function baseName(program: string): string {
  return program.replace(/^.*[\\/]/, '');
}

/** Whether words fit a shape; what follows the shape does not matter. One pass: `**` takes as few words as it can. */
function fits(shape: readonly string[], words: readonly string[]): boolean {
  let at = 0;
  let anywhere = false;
  for (const part of shape) {
    if (part === '**') {
      anywhere = true;
      continue;
    }
    const matches = (word: string | undefined) =>
      word !== undefined &&
      (part === '*' || part === word || (part.includes('*') && picomatch.isMatch(word, part)));
    while (anywhere && at < words.length && !matches(words[at])) at++;
    if (!matches(words[at])) return false;
    at++;
    anywhere = false;
  }
  return true;
}

function pathMatcher(glob: string, access: readonly string[]): Matcher {
  const matches = picomatch([glob, `${glob.replace(/\/+$/, '')}/**`], { dot: true });
  return (_, effects, context) => {
    for (const effect of effects) {
      if (effect.kind !== 'write' && effect.kind !== 'delete' && effect.kind !== 'read') continue;
      if (!access.includes(effect.kind)) continue;
      const { absolute, text } = effect.path;
      const root = context.cwd ?? '';
      const relative = absolute?.startsWith(`${root}/`)
        ? absolute.slice(root.length + 1)
        : (absolute ?? text);
      const verb = { write: 'changes', delete: 'deletes', read: 'reads' }[effect.kind];
      if (matches(relative))
        return { by: effect.by, guessed: effect.guessed, effect: `${verb} ${readable(text)}` };
    }
    return undefined;
  };
}

/** A linear-time expression; its complaint where it is none. */
function patternMatcher(pattern: string): Matcher | string {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern);
  } catch (error) {
    return `is not a regular expression that is understood here: ${error instanceof Error ? error.message : 'unknown error'}`;
  }
  return commands => {
    const command = commands.find(({ words }) => expression.matcher(words.join(' ')).find());
    return command && aboutCommand(command);
  };
}
