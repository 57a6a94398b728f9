import type { AssetReader } from '../assets.ts';
import { type Disk, realDisk } from './disk.ts';
import type { Effect } from './effects.ts';
import type { GuardContext, Judgement, Subject, Violation } from './judgement.ts';
import { reachesForGuard } from './own-places.ts';
import { placeOf } from './places.ts';
import { commandsInProse, sqlInProse } from './prose.ts';
import { builtinRules } from './rules/builtin.ts';
import { Evaluation } from './shell/evaluate.ts';
import { createReader, type ShellName } from './shell/reading.ts';
import type { Command } from './shell/standing.ts';
import { type Grammar, loadGrammar } from './shell/syntax.ts';
import { isKnown } from './shell/value.ts';
import { sqlDeeds } from './sql.ts';
import { toolNamed } from './tools/catalog.ts';
import { mongoLine } from './tools/families/open-sessions.ts';
import { conclude, judgeEffects, maximumMatchedText, violation } from './verdict.ts';

/** Longer than this nobody reads before it runs; it asks. Characters, at least one byte each. */
const maximumInput = 256 * 1024;

export interface GuardOptions {
  /** Gives `web-tree-sitter.wasm`, `tree-sitter-bash.wasm` and `tree-sitter-powershell.wasm`. */
  readonly asset: AssetReader;
  /** What is not given is read from the disk. */
  readonly disk?: Partial<Disk>;
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
  const disk: Disk = { ...realDisk, ...options.disk };
  let loading: Promise<Grammar> | undefined;
  const powershell = () => {
    loading ??= loadGrammar('powershell', options.asset);
    return loading;
  };
  return {
    judge: async (subject, context) => {
      try {
        return await judge(subject, context, { bash, powershell, disk });
      } catch (error) {
        const reason = error instanceof Error ? error.message : 'unknown error';
        return unreadable(`the guard failed on it (${reason})`, subject, context);
      }
    },
  };
}

interface Means {
  readonly bash: Grammar;
  /** Loaded when the first text that may need it comes. */
  readonly powershell: () => Promise<Grammar>;
  readonly disk: Disk;
}

/** What was learnt about a subject before anything is judged. */
interface Reading {
  readonly effects: Effect[];
  readonly commands: Command[];
  /** Texts that end up in files, and the names of those. */
  readonly contents: { readonly text: string; readonly into: string }[];
  parsed: boolean;
}

async function judge(subject: Subject, given: GuardContext, means: Means): Promise<Judgement> {
  const parts = [subject.command?.text, subject.text, subject.sql, subject.content];
  if (parts.some(part => part !== undefined && part.length > maximumInput))
    return unreadable('the input is longer than 256 KiB', subject, given);
  const cwd = subject.command?.cwd ?? given.cwd;
  const context = { ...given, disk: means.disk, ...(cwd === undefined ? {} : { cwd }) };
  const reading: Reading = { effects: [], commands: [], contents: [], parsed: true };
  if (subject.command !== undefined)
    await follow(subject.command.text, subject.command.shell ?? 'bash', context, means, reading);
  if (subject.text !== undefined) {
    for (const command of commandsInProse(subject.text))
      await follow(command, 'bash', context, means, reading);
    for (const sql of sqlInProse(subject.text)) reading.effects.push(...effectsOfSql(sql));
    reading.contents.push({ text: subject.text, into: 'this text' });
  }
  if (subject.sql !== undefined) reading.effects.push(...effectsOfSql(subject.sql));
  reading.effects.push(...pathEffects(subject, context));
  if (subject.content !== undefined)
    reading.contents.push({ text: subject.content, into: subject.paths?.[0]?.path ?? 'a file' });
  reading.effects.push(...(await secretEffects(reading.contents)));
  reading.effects.push(...reachesForGuard(reading.commands, context));
  const effects = withoutRepeats(reading.effects);
  const violations = await judgeEffects(effects, builtinRules, context);
  violations.push(...projectViolations(reading.commands, effects, context));
  return conclude(violations, effects, reading.parsed, reading.commands);
}

async function follow(
  text: string,
  shell: ShellName,
  context: GuardContext,
  means: Means,
  into: Reading,
): Promise<void> {
  const mentionsPowerShell = shell === 'powershell' || /powershell|pwsh/i.test(text);
  const powershell = mentionsPowerShell ? await means.powershell() : undefined;
  const parse = createReader({ bash: means.bash, powershell });
  const read = (path: string) => means.disk.readFile(path);
  const ground = { home: context.home, workspace: context.cwd, parse, tool: toolNamed, read };
  const evaluation = new Evaluation(ground, text.length);
  evaluation.start(text, shell, context.cwd);
  const by = text.slice(0, maximumMatchedText);
  // Agents are told one shell and write for another; a cmdlet says which.
  if (shell === 'bash' && startsCmdlet.test(text)) await follow(text, 'powershell', context, means, into);
  for (const deed of mongoLine(text)) into.effects.push({ ...deed, by, elsewhere: false, guessed: false });
  into.effects.push(...evaluation.effects);
  into.commands.push(...evaluation.commands);
  for (const [path, content] of evaluation.written)
    if (isKnown(content.text)) into.contents.push({ text: content.text, into: path });
  into.parsed &&= !evaluation.broken;
}

const startsCmdlet =
  /(?:^|[|;({&]\s*)(?:(?:Add|Clear|Copy|Disable|Enable|Export|Format|Get|Grant|Import|Initialize|Install|Invoke|Move|New|Out|Publish|Remove|Rename|Reset|Restart|Resume|Revoke|Select|Set|Start|Stop|Suspend|Uninstall|Unregister|Update|Where|Write)-[A-Z][A-Za-z]+|iex|irm|iwr|ri\s+-r\w*)(?![\w/.-])/;

function effectsOfSql(sql: string): Effect[] {
  const by = sql.slice(0, maximumMatchedText);
  return sqlDeeds(sql).map(deed => ({ ...deed, by, elsewhere: false, guessed: false }));
}

function pathEffects(subject: Subject, context: GuardContext): Effect[] {
  const from = { cwd: context.cwd, home: context.home, workspace: context.cwd, elsewhere: false };
  return (subject.paths ?? []).map(({ path, access }) => {
    const place = placeOf(path, from, { tilde: false });
    const common = { path: place, by: path.slice(0, maximumMatchedText), elsewhere: false, guessed: false };
    if (access === 'read') return { kind: 'read', ...common };
    if (access === 'write') return { kind: 'write', manner: 'edit', ...common };
    return { kind: 'delete', recursive: false, manner: 'remove', ...common };
  });
}

/** Nothing shorter than a credential, and no text without a run of characters as long as one, is worth the scanner. */
const mayHoldSecret = /[\w+/=.-]{16}|-----BEGIN|:\/\/[^\s/]*:[^\s/]*@/;

async function secretEffects(contents: Reading['contents']): Promise<Effect[]> {
  const effects: Effect[] = [];
  for (const { text, into } of contents) {
    if (!mayHoldSecret.test(text)) continue;
    const { findSecrets } = await import('./secrets.ts');
    for (const { kind, line } of await findSecrets(text, into)) {
      const by = `line ${line} of ${into}`;
      effects.push({ kind: 'write-secret', what: kind, into, by, elsewhere: false, guessed: false });
    }
  }
  return effects;
}

/** The same deed is often reached on several ways through a script; it is judged once. */
function withoutRepeats(effects: readonly Effect[]): Effect[] {
  if (effects.length < 2) return [...effects];
  return [...new Map(effects.map(effect => [JSON.stringify(effect), effect])).values()];
}

function projectViolations(
  commands: readonly Command[],
  effects: readonly Effect[],
  context: GuardContext,
): Violation[] {
  return (context.projectRules?.rules ?? []).flatMap(rule => {
    const found = rule.find(commands, effects, context);
    return found === undefined ? [] : [violation(rule, { effect: found.effect }, found, context)];
  });
}

function unreadable(reason: string, subject: Subject, context: GuardContext): Judgement {
  const text = subject.command?.text ?? subject.sql ?? subject.text ?? '';
  const definition = builtinRules.find(candidate => candidate.kind === 'opaque');
  if (definition === undefined) throw new Error('there is no rule for what cannot be read');
  const by = text.slice(0, maximumMatchedText);
  // Nothing is known about it, so no trust passes.
  const found = violation(
    { ...definition, minTrust: 5 },
    { effect: reason },
    { by, guessed: false },
    context,
  );
  return conclude([found], [], false);
}
