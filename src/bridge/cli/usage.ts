import { version } from '../../coordinator/version.ts';
import { type Command, exitCodes } from './command.ts';
import { type CommandSpec, commands, type OptionSpec } from './command-table.ts';

const groups: Readonly<Record<CommandSpec['group'], string>> = {
  here: 'What is going on in the repository of the working folder:',
  command: 'What a command would do, without running it:',
  person: 'For the person who decides:',
  store: 'The store and the installation:',
  program: 'For programs:',
};

/** What each exit code means, by the number. */
const exitCodeMeanings: readonly (readonly [number, string])[] = [
  [exitCodes.ok, 'it went well'],
  [exitCodes.bad, 'the answer is bad news: tampered with, not installed, refused, something to mend'],
  [exitCodes.usage, 'the command was not understood'],
  [exitCodes.failed, 'it could not be carried out'],
  [exitCodes.ask, 'guard: a person must decide'],
  [exitCodes.block, 'guard: it must not run'],
];

const environmentWords: readonly (readonly [string, string])[] = [
  ['INTERLOCK_HOME', 'the folder of the store'],
  ['INTERLOCK_DATABASE_URL', 'a shared Postgres instead of the embedded store'],
  ['INTERLOCK_PROJECT', 'the project, instead of that of the working folder'],
  ['INTERLOCK_AGENT_ID, _AGENT_TYPE, _SESSION_ID', 'which agent calls'],
  ['INTERLOCK_DELEGATED_FROM', 'the person it acts for'],
  ['INTERLOCK_MCP_TOOL_SETS', 'mcp: the sets of tools that are shown, with commas'],
  ['INTERLOCK_HTTP_LISTEN', 'where a coordinator offers HTTP, as serve --listen'],
  ['INTERLOCK_HTTP_HOSTS, _ORIGINS, _REQUESTS_PER_MINUTE', 'the other options of serve, lists with commas'],
  ['INTERLOCK_GITHUB_WEBHOOK_SECRET', 'what GitHub signs deliveries to /webhooks/github with'],
  ['INTERLOCK_GITHUB_WEBHOOK_FORMER_SECRET', 'while it is rotated: the one before is taken too'],
  ['INTERLOCK_OVERRIDE', 'git hooks: the reason for which a person goes on, once'],
  ['INTERLOCK_MIGRATE_TO', 'migrate: the database, out of the list of processes'],
  ['INTERLOCK_HOOKS_WHEN_UNAVAILABLE', 'guardrails, deny or allow: a hook without a coordinator'],
];

/** The help: every command in a line, or all about one. */
export function usageOf(name?: string): string | undefined {
  if (name !== undefined) {
    const spec = commands.find(command => command.name === name);
    return spec && aboutOne(spec);
  }
  const width = Math.max(...commands.map(spec => synopsisOf(spec).length));
  const sections = Object.entries(groups).map(([group, heading]) => {
    const lines = commands
      .filter(spec => spec.group === group)
      .map(spec => [synopsisOf(spec), spec.about] as const);
    return `${heading}\n${columns(lines, width)}`;
  });
  return [
    'Interlock coordinates several coding agents in one repository.',
    'usage: interlock <command> [options], interlock help <command>',
    ...sections,
    `Exit codes:\n${columns(exitCodeMeanings.map(([code, meaning]) => [String(code), meaning]))}`,
    `Environment:\n${columns(environmentWords)}`,
    '',
  ].join('\n\n');
}

function aboutOne(spec: CommandSpec): string {
  const options = (spec.options ?? []).map(option => [optionOf(option), option.about] as const);
  return [
    `interlock ${synopsisOf(spec)}${options.length > 0 ? ' [options]' : ''}`,
    `${spec.about.charAt(0).toUpperCase()}${spec.about.slice(1)}.`,
    ...(options.length > 0 ? [columns(options)] : []),
    '',
  ].join('\n\n');
}

function synopsisOf({ name, operands }: CommandSpec): string {
  return operands === undefined ? name : `${name} ${operands}`;
}

function optionOf({ name, takes }: OptionSpec): string {
  if (takes === undefined) return `--${name}`;
  return `--${name} ${typeof takes === 'string' ? `<${takes}>` : takes.join('|')}`;
}

function columns(rows: readonly (readonly [string, string])[], least = 0): string {
  const width = Math.max(least, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/** `help [command]` */
export const help: Command = async ([name]) => {
  const text = usageOf(name);
  if (text === undefined) {
    process.stderr.write(`interlock: there is no command ${JSON.stringify(name)}.\n`);
    return exitCodes.usage;
  }
  process.stdout.write(text.replace(/\n+$/, '\n'));
  return exitCodes.ok;
};

/** `version` */
export const printVersion: Command = async () => {
  process.stdout.write(`${version}\n`);
  return exitCodes.ok;
};
