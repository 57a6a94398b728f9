import { homedir } from 'node:os';
import path from 'node:path';
import { InterlockError } from '../coordinator/kernel/errors.ts';
import type { Harness } from '../coordinator/tool-use/harnesses.ts';
import { claudeHooks, codexHooks, copilotHooks, type HookFormat, type Launchers } from './hook-formats.ts';
import { edited, type Json, listIn, objectIn, parsed } from './json-file.ts';

/** Where an agent is connected: for all repositories of the person, or for this one. */
export type Scope = 'user' | 'project';

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
  /** Its files are the same for all repositories. */
  readonly isForAll?: true;
  /** It runs no hooks before the person has looked at them and trusted them, in the program itself. */
  readonly asksTrust?: true;
  /** To be run once by the person, for what is kept in a file that the program itself goes on writing. */
  readonly command?: string;
}

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
          claudeHooks(launchers),
        ),
      ],
    },
    {
      id: 'codex',
      title: 'Codex',
      asksTrust: true,
      files: (scope, folder) => [
        hooksFile(at(scope, folder, '.codex', 'hooks.json'), codexHooks(launchers)),
        tomlFile(at(scope, folder, '.codex', 'config.toml'), [
          '[mcp_servers.interlock]',
          `command = "${server.command}"`,
          `args = ${JSON.stringify(server.args)}`,
        ]),
      ],
    },
    {
      // What is in a project's `.github/hooks` is committed and the path in it is this machine's, so there is one for all. The
      // editor's own agent reads it too, and is left to the plugin: see `isLeftToPlugin`.
      id: 'copilot',
      title: 'Copilot CLI',
      isForAll: true,
      files: () => [
        hooksFile(path.join(home, '.copilot', 'hooks', 'interlock.json'), copilotHooks(launchers)),
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

function hooksFile(file: string, { harness, events, head, entry, isOurs }: HookFormat): AgentFile {
  const isTheirs = (one: unknown) => !isOurs(objectIn(one));
  const without = (settings: Json): Json => {
    const hooks = Object.entries(objectIn(settings.hooks))
      .map(([event, entries]) => [event, listIn(entries).filter(isTheirs)] as const)
      .filter(
        ([event, entries]) => entries.length > 0 || listIn(objectIn(settings.hooks)[event]).length === 0,
      );
    const { hooks: _, ...rest } = settings;
    return hooks.length === 0 ? rest : { ...settings, hooks: Object.fromEntries(hooks) };
  };
  const isEmpty = (settings: Json) => Object.keys(settings).every(name => name in head);
  return {
    path: file,
    add: text =>
      edited(file, text, settings => {
        const others = without(settings);
        const isNew = Object.keys(others).length === 0;
        if (!isNew) requireHead(file, others, head);
        const hooks: Json = { ...objectIn(others.hooks) };
        for (const event of events) hooks[event] = [...listIn(hooks[event]), entry(event)];
        return { ...(isNew ? head : others), hooks };
      }),
    remove(text) {
      const left = edited(file, text, without);
      return isEmpty(parsed(file, left)) ? undefined : left;
    },
    hooks: {
      harness,
      read(text) {
        const ours = Object.entries(objectIn(parsed(file, text).hooks)).flatMap(([event, entries]) =>
          listIn(entries)
            .filter(one => !isTheirs(one))
            .map(one => `${event} ${JSON.stringify(one)}`),
        );
        return ours.length === 0 ? undefined : ours.sort().join('\n');
      },
    },
  };
}

/** @throws InterlockError where the harness takes the whole file for none of its own: hooks in it would not run. */
function requireHead(file: string, settings: Json, head: Json): void {
  for (const [name, value] of Object.entries(head)) {
    if (settings[name] === value) continue;
    throw new InterlockError(
      'invalid_input',
      `${file} does not say "${name}": ${value}, and is left as it is.`,
      {
        next: 'Correct it or move it away, and connect again.',
        params: { file },
      },
    );
  }
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
  const [header = ''] = lines;
  /** Codex puts what it notes itself before a comment that ends the file, and so between our lines: that stays. */
  const without = (text: string) => {
    const start = text.indexOf(tomlBegin);
    const stop = text.indexOf(tomlEnd, start);
    if (start < 0 || stop < 0) return text;
    const between = tablesOf(text.slice(start + tomlBegin.length + 1, stop));
    const others = between.filter(table => !table.startsWith(header)).join('');
    return text.slice(0, start) + others + text.slice(stop + tomlEnd.length + 1);
  };
  /** What Codex notes of the tools of a server is an error in a file that does not have the server. */
  const below = `${header.slice(0, -1)}.`;
  const withoutBelow = (text: string) =>
    text.includes(below)
      ? tablesOf(text)
          .filter(table => !table.startsWith(below))
          .join('')
      : text;
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
    remove(text) {
      const left = withoutBelow(without(text));
      return left.trim() === '' ? undefined : left;
    },
  };
}

/** The text before the first table, and each table with its header. */
function tablesOf(text: string): readonly string[] {
  return text.split(/^(?=\[)/m);
}

function leftOver(text: string): string | undefined {
  return text.trim() === '{}' ? undefined : text;
}
