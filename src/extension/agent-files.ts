import { homedir } from 'node:os';
import path from 'node:path';
import { InterlockError } from '../coordinator/kernel/errors.ts';
import type { Harness } from '../coordinator/tool-use/harnesses.ts';

/** Where an agent is connected: for all repositories of the person, or for this one. */
export type Scope = 'user' | 'project';

/** What is written into an agent's configuration leads to these. */
export interface Launchers {
  /** Runs the bridge under Node. */
  readonly bridge: string;
  /** Runs a hook under a shell; undefined where there is none. */
  readonly hook: string | undefined;
}

/** A file of an agent's configuration, and what Interlock adds to it. */
export interface AgentFile {
  readonly path: string;
  /** The text with our part in it, and everything else as it is. @throws InterlockError `invalid_input` where it cannot be read. */
  add(text: string | undefined): string;
  /** The text without our part; undefined where nothing else is in it. */
  remove(text: string): string | undefined;
  /** Where hooks stand in it. */
  readonly hooks?: HooksPart;
}

/** The hooks in a file of an agent's configuration. */
export interface HooksPart {
  readonly harness: Harness;
  /** Our hooks, always spelled the same; undefined where there are none. @throws InterlockError `invalid_input` where the file cannot be read. */
  read(text: string): string | undefined;
}

/** An agent program whose configuration Interlock knows how to write. */
export interface Agent {
  readonly id: 'claude' | 'codex' | 'copilot' | 'cursor';
  readonly title: string;
  files(scope: Scope, folder: string): readonly AgentFile[];
  /** To be run once by the person, for what is kept in a file that the program itself goes on writing. */
  readonly command?: string;
}

/** Above the longest wait for a person (110 s) with room for the answer; below it a harness would let the call through. */
export const hookTimeoutSeconds = 120;

const claudeEvents = ['PreToolUse', 'SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd'];
const codexEvents = ['PreToolUse', 'SessionStart', 'UserPromptSubmit', 'PreCompact', 'Stop'];

/** @param home the person's own folder. */
export function knownAgents(launchers: Launchers, home = homedir()): readonly Agent[] {
  const at = (scope: Scope, folder: string, ...names: string[]) =>
    path.join(scope === 'user' ? home : folder, ...names);
  const server = { command: 'node', args: [launchers.bridge, 'mcp'] };
  return [
    {
      id: 'claude',
      title: 'Claude Code',
      command: `claude mcp add --scope user interlock -- node ${JSON.stringify(launchers.bridge)} mcp`,
      files: (scope, folder) => [
        // The file of a project that is not committed: the path in it is this machine's.
        hooksFile(
          at(scope, folder, '.claude', scope === 'user' ? 'settings.json' : 'settings.local.json'),
          'claude',
          claudeEvents,
          launchers,
        ),
      ],
    },
    {
      id: 'codex',
      title: 'Codex',
      files: (scope, folder) => [
        hooksFile(at(scope, folder, '.codex', 'hooks.json'), 'codex', codexEvents, launchers),
        tomlFile(at(scope, folder, '.codex', 'config.toml'), [
          '[mcp_servers.interlock]',
          `command = "${server.command}"`,
          `args = ${JSON.stringify(server.args)}`,
        ]),
      ],
    },
    {
      // Its hooks lie where the editor's own agent reads them too, and one chat would be two sessions.
      id: 'copilot',
      title: 'Copilot CLI',
      files: () => [
        serversFile(path.join(home, '.copilot', 'mcp-config.json'), {
          type: 'local',
          ...server,
          tools: ['*'],
        }),
      ],
    },
    {
      id: 'cursor',
      title: 'Cursor',
      files: (scope, folder) => [serversFile(at(scope, folder, '.cursor', 'mcp.json'), server)],
    },
  ];
}

type Json = Record<string, unknown>;

interface Matcher {
  readonly hooks?: readonly { readonly command?: unknown }[];
}

/** Hooks as Claude Code has them, and Codex after it. */
function hooksFile(
  file: string,
  harness: Harness,
  events: readonly string[],
  { bridge, hook }: Launchers,
): AgentFile {
  const program = hook === undefined ? `node ${JSON.stringify(bridge)}` : `sh ${JSON.stringify(hook)}`;
  const isOurs = ({ hooks = [] }: Matcher) =>
    hooks.some(({ command }) =>
      [bridge, hook].some(path => path && String(command).includes(JSON.stringify(path))),
    );
  const without = (settings: Json): Json => {
    const hooks = Object.entries(objectIn(settings.hooks))
      .map(
        ([event, matchers]) =>
          [event, listIn(matchers).filter(matcher => !isOurs(matcher as Matcher))] as const,
      )
      .filter(
        ([event, matchers]) => matchers.length > 0 || listIn(objectIn(settings.hooks)[event]).length === 0,
      );
    const { hooks: _, ...rest } = settings;
    return hooks.length === 0 ? rest : { ...settings, hooks: Object.fromEntries(hooks) };
  };
  return {
    path: file,
    add: text =>
      edited(file, text, settings => {
        const others = without(settings);
        const hooks: Json = { ...objectIn(others.hooks) };
        for (const event of events) {
          const command = `exec ${program} hook ${harness} ${event} --timeout ${hookTimeoutSeconds}`;
          const ours = { hooks: [{ type: 'command', command, timeout: hookTimeoutSeconds }] };
          hooks[event] = [...listIn(hooks[event]), ours];
        }
        return { ...others, hooks };
      }),
    remove: text => leftOver(edited(file, text, without)),
    hooks: {
      harness,
      read(text) {
        const ours = Object.entries(objectIn(parsed(file, text).hooks)).flatMap(([event, matchers]) =>
          listIn(matchers)
            .filter(matcher => isOurs(matcher as Matcher))
            .map(matcher => `${event} ${JSON.stringify(matcher)}`),
        );
        return ours.length === 0 ? undefined : ours.sort().join('\n');
      },
    },
  };
}

/** MCP servers as nearly every client has them. */
function serversFile(file: string, server: object): AgentFile {
  return {
    path: file,
    add: text =>
      edited(file, text, config => ({
        ...config,
        mcpServers: { ...objectIn(config.mcpServers), interlock: server },
      })),
    remove: text =>
      leftOver(
        edited(file, text, ({ mcpServers, ...rest }) => {
          const { interlock: _, ...others } = objectIn(mcpServers);
          return Object.keys(others).length === 0 ? rest : { ...rest, mcpServers: others };
        }),
      ),
  };
}

const tomlBegin = '# >>> interlock >>>';
const tomlEnd = '# <<< interlock <<<';

/** A table at the end of the file, between two lines of comment. */
function tomlFile(file: string, lines: readonly string[]): AgentFile {
  const without = (text: string) => {
    const start = text.indexOf(tomlBegin);
    const stop = text.indexOf(tomlEnd, start);
    if (start < 0 || stop < 0) return text;
    return text.slice(0, start) + text.slice(stop + tomlEnd.length + 1);
  };
  return {
    path: file,
    add(text = '') {
      const others = without(text);
      if (others.includes(lines[0] ?? '')) {
        throw new InterlockError('invalid_input', `${file} has a table ${lines[0]} already.`, {
          next: 'Remove it, and connect again.',
        });
      }
      const gap = others === '' || others.endsWith('\n') ? '' : '\n';
      return [`${others}${gap}${tomlBegin}`, ...lines, tomlEnd, ''].join('\n');
    },
    remove: text => (without(text).trim() === '' ? undefined : without(text)),
  };
}

/** Changes a JSON file, and keeps its indentation and the order of what is in it. */
function edited(file: string, text: string | undefined, change: (value: Json) => Json): string {
  const before = text === undefined || text.trim() === '' ? {} : parsed(file, text);
  const indent = /^[{[]\r?\n([ \t]+)/.exec(text ?? '')?.[1] ?? '  ';
  const after = JSON.stringify(change(before), undefined, indent);
  return text === undefined || text === '' || text.endsWith('\n') ? `${after}\n` : after;
}

function leftOver(text: string): string | undefined {
  return text.trim() === '{}' ? undefined : text;
}

function parsed(file: string, text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Said below: comments, for one, would be lost.
  }
  throw new InterlockError('invalid_input', `${file} is no plain JSON object, and is left as it is.`, {
    next: 'Take out its comments, or add the lines by hand: they are on the clipboard.',
    params: { file },
  });
}

function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
