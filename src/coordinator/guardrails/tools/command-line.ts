import type { Deed } from '../effects.ts';
import { readable } from '../shell/value.ts';
import { optionSet } from './options.ts';
import type { Call, Family, Tool } from './tool.ts';
import { sqlGiven, takenAway } from './unlisted.ts';

/**
 * What a subcommand does, with `{}` for its operands: `deletes {} from the cluster`. A function where the deed
 * depends on more than the words of the command.
 */
export type Act = Deed | ((call: Call) => void);

/**
 * A tool whose effects follow from its subcommand and a few options. The key of an act is the subcommand's words, with
 * alternatives (`delete|rm`), then the options it takes to have the effect (`--force|-f`, or `!--dry-run` for one that
 * prevents it): `volume rm|remove`, `compose down --volumes|-v`, `apply !--dry-run`.
 */
export interface CommandLine {
  /** Options that may stand anywhere, in the notation of options.ts. */
  readonly options?: string;
  readonly style?: Tool['style'];
  /** With any of these nothing happens: keys of options. `--dry-run=none` and `=false` do not count. */
  readonly harmlessWith?: string;
  readonly acts: Readonly<Record<string, Act>>;
  /**
   * Where the words name no act: verbs that tell the effect. Words are tried in order, and the first that is a verb
   * decides, so that a thing called `list` does not hide the `delete` before it.
   */
  readonly verbs?: readonly (readonly [RegExp, Act])[];
  /** How many words name services and groups before a verb can stand. */
  readonly nounsBeforeVerb?: number;
  /** True where the call is about something on this very machine: a local cluster, an emulator. */
  readonly isLocal?: (call: Call) => boolean;
}

interface Condition {
  readonly keys: readonly string[];
  readonly absent: boolean;
}

interface Rule {
  readonly conditions: readonly Condition[];
  readonly act: Act;
}

interface Level {
  readonly rules: Rule[];
  readonly children: Map<string, Level>;
}

/** Compiles a description into a tool, under all its names. */
export function commandLine(names: string, description: CommandLine): Family {
  const root = newLevel();
  for (const [key, act] of Object.entries(description.acts)) addAct(root, key, act);
  const harmless = (description.harmlessWith ?? '')
    .split(/\s+/)
    .filter(key => key !== '')
    .map(keyOf);
  const tool = toTool(root, description, harmless);
  return Object.fromEntries(names.split(/\s+/).map(name => [name.toLowerCase(), tool]));
}

function newLevel(): Level {
  return { rules: [], children: new Map() };
}

function addAct(root: Level, key: string, act: Act): void {
  const parts = key.split(/\s+/).filter(part => part !== '');
  const conditions = parts
    .filter(part => /^!?-/.test(part))
    .map(part => ({ absent: part.startsWith('!'), keys: part.replace(/^!/, '').split('|').map(keyOf) }));
  let levels = [root];
  for (const part of parts.filter(word => !/^!?-/.test(word))) {
    levels = levels.flatMap(level =>
      part.split('|').map(word => {
        const child = level.children.get(word) ?? newLevel();
        level.children.set(word, child);
        return child;
      }),
    );
  }
  for (const level of levels) level.rules.push({ conditions, act });
}

function keyOf(option: string): string {
  return option.replace(/^-+/, '');
}

function toTool(level: Level, description: CommandLine, harmless: readonly string[], depth = 0): Tool {
  const { options = '', style = {} } = description;
  const canonical = (key: string) =>
    optionSet(options).shapes.get(`-${key}`)?.key ?? optionSet(options).shapes.get(`--${key}`)?.key ?? key;
  const has = (call: Call, keys: readonly string[]) =>
    keys.some(
      key =>
        call.has(key, canonical(key)) &&
        !/^(?:none|false)$/.test(call.value(key, canonical(key))?.text ?? ''),
    );
  return {
    // Below the root they are inherited.
    ...(depth === 0 ? { options } : {}),
    style,
    optionsAnywhere: true,
    ...(level.children.size === 0
      ? {}
      : {
          subcommands: Object.fromEntries(
            [...level.children].map(([word, child]) => [
              word,
              toTool(child, description, harmless, depth + 1),
            ]),
          ),
        }),
    run: call => {
      if (has(call, harmless) || call.has('help')) return undefined;
      // The more options an act asks for, the better it fits.
      const rule = level.rules
        .filter(candidate => candidate.conditions.every(({ keys, absent }) => has(call, keys) !== absent))
        .sort((a, b) => b.conditions.length - a.conditions.length)[0];
      const act = rule?.act ?? verbAct(call, description, depth);
      if (act !== undefined) {
        if (!onlyLooks(call, act, rule)) perform(call, act, description.isLocal?.(call) === true);
        return undefined;
      }
      // No description is complete: what no act is about may still be said by its words.
      const words = takenAway(call.name, call.options.operands);
      if (words !== undefined) perform(call, words, description.isLocal?.(call) === true);
      const sql = ['sql', 'query', 'execute', 'statement', 'command'].flatMap(key => call.all(key));
      sql.push(...call.options.operands.filter(operand => /\s/.test(operand.text)));
      for (const deed of sqlGiven(sql.map(text => text.text))) call.effect(deed);
      return undefined;
    },
  };
}

/** `certs list`, `operator raft list-peers`: an act about a whole group is not meant where the next word only looks. */
function onlyLooks(call: Call, act: Act, rule: Rule | undefined): boolean {
  const [next] = call.options.operands;
  return rule !== undefined && isGroup(act) && next !== undefined && reading.test(next.text);
}

/** Verbs are looked for in the first few words: `gcloud compute instances delete x`, `aws s3api delete-bucket`. */
function verbAct(
  call: Call,
  { verbs = [], nounsBeforeVerb = 0 }: CommandLine,
  depth: number,
): Act | undefined {
  const skip = Math.max(0, nounsBeforeVerb - depth);
  const words = call.options.operands.slice(skip, skip + 5).map(operand => operand.text);
  for (const [index, text] of words.entries()) {
    const act = verbs.find(([pattern]) => pattern.test(text))?.[1];
    if (act === undefined) continue;
    return isGroup(act) && words.slice(index + 1).some(next => reading.test(next)) ? undefined : act;
  }
  return undefined;
}

/** The last word of a command line that only looks. */
const reading = /^(?:list|list-[\w-]+|ls|show|describe|get|read|tail|view|status|info|help)$/;

/** `run services list`, `role assignment list`: many groups are called like something that one can do, none like a deletion. */
function isGroup(act: Act): boolean {
  return typeof act !== 'function' && act.kind === 'infrastructure' && act.act !== 'destroy';
}

function perform(call: Call, act: Act, local: boolean): void {
  if (typeof act === 'function') {
    act(call);
    return;
  }
  const deed = 'how' in act ? { ...act, how: filled(act.how, call) } : act;
  call.effect(deed.kind === 'infrastructure' ? { ...deed, local } : deed);
}

const maximumNamed = 80;

function filled(how: string, call: Call): string {
  const operands = call.options.operands.map(operand => readable(operand.text)).join(' ');
  const named = operands.length > maximumNamed ? `${operands.slice(0, maximumNamed)}…` : operands;
  return how.replace('{}', named).replace(/ +$/, '');
}

const infrastructure =
  (act: Extract<Deed, { kind: 'infrastructure' }>['act']) =>
  (how: string): Deed => ({
    kind: 'infrastructure',
    act,
    how,
    local: false,
  });

export const destroys = infrastructure('destroy');
export const changes = infrastructure('change');
export const deploys = infrastructure('deploy');
export const publishes = infrastructure('publish');
/** Hands out or takes away access to something. */
export const grants = infrastructure('access');
export const reveals = (what: string): Deed => ({ kind: 'reveal-secret', what });
/** The same, unless something takes what it prints: `TOKEN=$(…)`, a pipe. */
export const revealsPrinted =
  (what: string) =>
  (call: Call): void => {
    if (!call.captured) call.effect(reveals(what));
  };
export const losesData = (loses: 'rows' | 'object' | 'store', how: string): Deed => ({
  kind: 'data',
  loses,
  how,
});
export const migrates = (direction: 'up' | 'down' | 'reset', how: string): Deed => ({
  kind: 'migrate',
  direction,
  how,
});
export const touchesSystem = (act: Extract<Deed, { kind: 'system' }>['act'], how: string): Deed => ({
  kind: 'system',
  act,
  how,
});
