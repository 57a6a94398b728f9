import type { Deed } from '../effects.ts';
import { baseName } from '../places.ts';
import { type Arg, isKnown, readable } from '../shell/value.ts';
import { deletingSql, sqlDeeds } from '../sql.ts';

/**
 * What is known about a command line that nobody has described: there are more tools than anyone can list, and they call
 * things by the same few words. `acme clusters delete prod` deletes something whoever wrote acme, `./teardown.sh` takes
 * something down, and an argument that is a whole `drop table …` is meant for a database.
 */

/** `delete`, `delete-all`, `bucket-delete`, `apps:destroy`, `db.wipe`: words that no tool has for anything harmless. */
const takesAway =
  /^(?:[a-z0-9]+[:.-])*(?:delete|destroy|purge|wipe|erase|terminate|nuke|obliterate|decommission|deprovision|teardown|tear-down|truncate|drop|flushall|flushdb|flush-all|factory-reset|dropall)(?:[:.-][a-z0-9]+)*$/i;
/** Things are dropped for many reasons; what is dropped of a database is gone. */
const holdsData =
  /^(?:db|databases?|tables?|schemas?|collections?|index(?:es)?|keyspaces?|streams?|topics?|graphs?|namespaces?|datasets?|buckets?)$/i;
/** The same as an option: `--delete-all`, `-purge`. */
const takesAwayOption = /^--?(?:delete|destroy|purge|wipe|erase|nuke)(?:-[a-z-]+)?$/i;

/** Behind these a word is what is looked for, made, told or run, not what is done. */
const onlyNames =
  /^(?:search|find|query|get|list|ls|show|describe|view|read|explain|help|man|log|logs|grep|run|exec|test|can-i|create|add|new|init|g|gen|generate|make|make:.*|scaffold|makemigrations|.*:(?:make|create|generate|new|add)|install|say|print|echo|check|lint|build|watch|plan|diff|preview|docs?|on|alias|completion|config|set)$/i;

/** Of these everyone has another copy, or they are made again by themselves. */
const isTransient = /^(?:[\w-]*cache[sd]?|[\w-]*cache:.*|tmp|temp|logs?|locals|session|sessions)$/i;

const onlyTries =
  /^(?:--(?:dry-?run|help|what-?if|check|simulate|no-op|noop|plan)(?:=(?!false|none).*)?|-h)$/i;

/** Options that take no value anywhere. */
const isSwitch =
  /^(?:-[yfqva]|--(?:yes|force|quiet|verbose|all|debug|json|recursive|non-interactive|auto-approve|no-[a-z-]+))$/;

const maximumWords = 4;

/** What the first few words of a command line say that it takes away; undefined where they say nothing of the kind. */
export function takenAway(program: string, args: readonly Arg[]): Deed | undefined {
  if (args.some(arg => onlyTries.test(arg.text))) return undefined;
  const words: string[] = [];
  for (const [index, arg] of args.entries()) {
    if (takesAwayOption.test(arg.text)) return destroys(program, args);
    // What stands behind an option may be its value.
    const before = args[index - 1]?.text ?? '';
    if (arg.text.startsWith('-') || (/^-[^=]+$/.test(before) && !isSwitch.test(before))) continue;
    // A sentence or a path is no subcommand, and what stands behind one is not either.
    if (!/^[\w:.-]{1,40}$/.test(arg.text) || /\.\w+$/.test(arg.text)) break;
    if (words.push(arg.text) === maximumWords) break;
  }
  const at = words.findIndex(
    (word, index) => takesAway.test(word) && (word !== 'drop' || holdsData.test(words[index - 1] ?? '')),
  );
  if (at < 0 || words.slice(0, at).some(word => onlyNames.test(word))) return undefined;
  return words.some(word => isTransient.test(word)) ? undefined : destroys(program, args);
}

/** `acme deploy`, `acme publish`: the first word alone, since further behind it may be a thing. */
export function handedOut(program: string, args: readonly Arg[]): Deed | undefined {
  if (args.some(arg => onlyTries.test(arg.text))) return undefined;
  const [first] = args;
  if (first === undefined) return undefined;
  if (/^deploy(?::(?!local|test|dry).*)?$/i.test(first.text))
    return { kind: 'infrastructure', act: 'deploy', how: `deploys by ${program}`, local: false };
  return /^publish$/i.test(first.text)
    ? { kind: 'infrastructure', act: 'publish', how: `publishes by ${program}`, local: false }
    : undefined;
}

/** Scripts say by their name what they are for: `./deploy.sh`, `teardown`, `cloud-nuke`, `npm run deploy:prod`. */
export function namedFor(name: string): Deed | undefined {
  const base = baseName(name).replace(/\.(?:sh|bash|zsh|py|js|mjs|ts|rb|pl|ps1|bat|cmd)$/i, '');
  if (
    /(?:^|[-_])(?:nuke|destroy|teardown|tear-down|wipe|drop[-_]?(?:db|database|tables?|all)|delete[-_]all|(?:db|database)[-_:](?:drop|reset|wipe|fresh))(?:$|[-_])/i.test(
      base,
    )
  )
    return {
      kind: 'infrastructure',
      act: 'destroy',
      how: `runs ${base}, which takes something away`,
      local: false,
    };
  return /^(?:deploy|publish)(?:[-_:](?!local|test|dry|check|preview|dev\b).*)?$/i.test(base)
    ? { kind: 'infrastructure', act: 'deploy', how: `runs ${base}`, local: false }
    : undefined;
}

/** SQL that is handed to a program as one argument, or as its whole input. */
export function sqlGiven(texts: readonly string[]): Deed[] {
  return texts.flatMap(text => (isKnown(text.slice(0, 12)) && deletingSql.test(text) ? sqlDeeds(text) : []));
}

const maximumNamed = 80;

function destroys(program: string, args: readonly Arg[]): Deed {
  const words = readable(args.map(arg => arg.text).join(' ')).slice(0, maximumNamed);
  return {
    kind: 'infrastructure',
    act: 'destroy',
    how: `runs ${program} ${words}, which by its words takes something away`,
    local: false,
  };
}
