/** An option as it is written behind a command. */
export interface OptionSpec {
  /** Without its dashes. */
  readonly name: string;
  /** What is written behind it; absent for a switch. A list is all that it accepts. */
  readonly takes?: string | readonly string[];
  readonly about: string;
}

/** Everything that is known of a command: help, completion and the reference page are made from it. */
export interface CommandSpec {
  readonly name: string;
  /** For whom it is: the heading in the help. */
  readonly group: 'here' | 'person' | 'command' | 'store' | 'program';
  /** What is written behind the name, options aside. */
  readonly operands?: string;
  /** The words that the first operand may be. */
  readonly words?: readonly string[];
  /** The operands are files or folders. */
  readonly takesFiles?: boolean;
  readonly about: string;
  readonly options?: readonly OptionSpec[];
}

const json: OptionSpec = { name: 'json', about: 'one line of JSON, for scripts' };

/** Every command there is, in the order of the help. */
const table = [
  {
    name: 'status',
    group: 'here',
    about: 'owner of the store, agents, locks, pending approvals',
    options: [json],
  },
  {
    name: 'locks',
    group: 'here',
    operands: '[path…]',
    takesFiles: true,
    about: 'who holds what, and what stands in the way of paths',
    options: [json],
  },
  {
    name: 'approvals',
    group: 'here',
    operands: '[approve|deny <id>]',
    words: ['approve', 'deny'],
    about: 'what waits for a person; deciding it asks for your passphrase',
    options: [
      json,
      { name: 'reason', takes: 'text', about: 'goes back to the agent' },
      { name: 'scope', takes: ['once', 'session', 'minutes'], about: 'how far it reaches (default once)' },
      { name: 'minutes', takes: 'n', about: 'how long, with the scope minutes' },
    ],
  },
  {
    name: 'audit',
    group: 'here',
    operands: 'verify|export',
    words: ['verify', 'export'],
    about: 'recompute the hash chain of the record, or write it as JSON Lines',
    options: [
      json,
      { name: 'pin', takes: 'sequence:hash', about: 'a point of it that was written down elsewhere' },
      { name: 'file', takes: 'export', about: 'verify: an exported part of it' },
      { name: 'out', takes: 'file', about: 'export: where to (default: standard output)' },
    ],
  },
  {
    name: 'git-hooks',
    group: 'here',
    operands: 'install|remove|status',
    words: ['install', 'remove', 'status'],
    about: 'hooks of git that stop commits and pushes past a lock',
    options: [json],
  },
  {
    name: 'policy',
    group: 'here',
    operands: 'validate|test|diff <file>…',
    words: ['validate', 'test', 'diff'],
    takesFiles: true,
    about: 'whether Cedar policies are valid, decide what they should, and what they would have changed',
    options: [
      json,
      {
        name: 'name',
        takes: 'name',
        about: 'diff: the policy that would change (default: the name of the file)',
      },
      { name: 'days', takes: 'n', about: 'diff: how far back decisions are asked again (default 7)' },
    ],
  },
  {
    name: 'guard',
    group: 'command',
    operands: "'<command>'",
    about: 'what a command would do, without running it',
    options: [
      json,
      { name: 'jsonl', about: 'for {command, cwd?, shell?, paths?, trust?} a line of standard input' },
      { name: 'cwd', takes: 'folder', about: 'where it would run' },
      { name: 'shell', takes: ['bash', 'powershell'], about: 'what reads it (default bash)' },
      { name: 'path', takes: 'file', about: 'a file that would be changed besides' },
      { name: 'trust', takes: ['0', '1', '2', '3', '4'], about: 'of the agent (default 2)' },
    ],
  },
  {
    name: 'login',
    group: 'person',
    about: 'become the one who may decide, at this terminal',
    options: [{ name: 'name', takes: 'name', about: 'what others see (default: your user name)' }],
  },
  {
    name: 'operators',
    group: 'person',
    operands: "admit '<request>'",
    words: ['admit'],
    about: 'let somebody else decide too',
  },
  {
    name: 'keys',
    group: 'person',
    operands: '[create|rotate <id>|revoke <id>]',
    words: ['create', 'rotate', 'revoke'],
    about: 'API keys of this project, for agents that come over HTTP',
    options: [
      json,
      { name: 'all', about: 'list: the revoked ones too' },
      { name: 'name', takes: 'text', about: 'create: what it is for' },
      { name: 'agent-id', takes: 'id', about: 'create: whom it proves its holder to be' },
      { name: 'agent-type', takes: 'type', about: 'create: which decides its profile' },
      { name: 'delegated-from', takes: 'person', about: 'create: whom its holder acts for' },
      { name: 'expires-in-days', takes: 'n', about: 'create: default never' },
      { name: 'overlap-minutes', takes: 'n', about: 'rotate: how long the old one is taken (default 0)' },
      { name: 'reason', takes: 'text', about: 'revoke: for the record' },
    ],
  },
  {
    name: 'doctor',
    group: 'store',
    about: 'check everything, and say how to mend what is wrong',
    options: [json],
  },
  {
    name: 'backup',
    group: 'store',
    operands: '<file>',
    takesFiles: true,
    about: 'everything in the store as SQL, which psql reads too',
    options: [json],
  },
  {
    name: 'restore',
    group: 'store',
    operands: '<file>',
    takesFiles: true,
    about: 'fill an empty store with a backup',
    options: [json, { name: 'replace', about: 'keep the store that is there beside the new one' }],
  },
  {
    name: 'migrate',
    group: 'store',
    about: 'copy the store to an empty Postgres, and compare every table',
    options: [json, { name: 'to', takes: 'postgres://…', about: 'the database (or INTERLOCK_MIGRATE_TO)' }],
  },
  {
    name: 'mcp',
    group: 'program',
    about: 'an MCP server on standard input and output',
  },
  {
    name: 'hook',
    group: 'program',
    operands: '<harness> <event>',
    words: ['claude', 'codex', 'copilot', 'vscode'],
    about: 'answer a hook of an agent’s harness',
    options: [{ name: 'timeout', takes: 'seconds', about: 'what the harness gives it' }],
  },
  {
    name: 'git-hook',
    group: 'program',
    operands: '<event>',
    words: ['pre-commit', 'pre-push', 'prepare-commit-msg'],
    about: 'answer a hook of git',
  },
  {
    name: 'serve',
    group: 'program',
    about: 'run the coordinator without an editor',
    options: [
      { name: 'idle-minutes', takes: 'n', about: 'end after so long without anybody (default: never)' },
      { name: 'listen', takes: 'address:port', about: 'offer HTTP there, for holders of API keys' },
      { name: 'allow-host', takes: 'name', about: 'a further name that clients call this server by' },
      { name: 'allow-origin', takes: 'host', about: 'a site whose pages may call it' },
      { name: 'requests-per-minute', takes: 'n', about: 'of one key (default 600)' },
    ],
  },
  {
    name: 'completion',
    group: 'program',
    operands: 'bash|zsh|fish',
    words: ['bash', 'zsh', 'fish'],
    about: 'print the completion for a shell',
  },
  {
    name: 'help',
    group: 'program',
    operands: '[command]',
    about: 'this, or all about one command',
  },
  {
    name: 'version',
    group: 'program',
    about: 'the version',
  },
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof table)[number]['name'];

export const commands: readonly (CommandSpec & { readonly name: CommandName })[] = table;
