import * as l10n from '@vscode/l10n';

/** An agent program that Interlock is connected to by its configuration. */
export interface AgentSetup {
  readonly title: string;
  readonly detail: string;
  readonly language: 'shellscript' | 'json' | 'toml';
  readonly text: string;
}

/** Above the longest wait for a person (110 s) with room for the answer; below it a harness would let the call through. */
export const hookTimeoutSeconds = 120;

/** How each kind of agent is connected, given the launcher that starts the bridge. */
export function agentSetups(launcher: string): readonly AgentSetup[] {
  return [
    {
      title: l10n.t('Claude Code: tools'),
      detail: l10n.t('Run once in a terminal.'),
      language: 'shellscript',
      text: `claude mcp add --scope user interlock -- node ${JSON.stringify(launcher)} mcp\n`,
    },
    {
      title: l10n.t('Claude Code: hooks'),
      detail: l10n.t(
        'Goes into ~/.claude/settings.json. Without hooks its own edits and commands are not checked.',
      ),
      language: 'json',
      text: json(claudeHooks(launcher, 'claude')),
    },
    {
      title: l10n.t('Codex'),
      detail: l10n.t('Goes into ~/.codex/config.toml.'),
      language: 'toml',
      text: `[mcp_servers.interlock]\ncommand = "node"\nargs = [${JSON.stringify(launcher)}, "mcp"]\n`,
    },
    {
      title: l10n.t('Copilot CLI'),
      detail: l10n.t('Goes into ~/.copilot/mcp-config.json.'),
      language: 'json',
      text: json({
        mcpServers: { interlock: { type: 'local', command: 'node', args: [launcher, 'mcp'], tools: ['*'] } },
      }),
    },
    {
      title: l10n.t('Cursor and others with an mcp.json'),
      detail: l10n.t('Goes into .cursor/mcp.json, or wherever the program keeps its MCP servers.'),
      language: 'json',
      text: json({ mcpServers: { interlock: { command: 'node', args: [launcher, 'mcp'] } } }),
    },
  ];
}

function claudeHooks(launcher: string, harness: string): object {
  const hook = (event: string) => [
    {
      hooks: [
        {
          type: 'command',
          command: `exec node ${JSON.stringify(launcher)} hook ${harness} ${event} --timeout ${hookTimeoutSeconds}`,
          timeout: hookTimeoutSeconds,
        },
      ],
    },
  ];
  const events = ['PreToolUse', 'SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd'];
  return { hooks: Object.fromEntries(events.map(event => [event, hook(event)])) };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
