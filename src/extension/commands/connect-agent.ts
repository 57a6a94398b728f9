import { env, l10n, type QuickPickItem, window, workspace } from 'vscode';
import { commands as ids } from '../ids.ts';
import { registerCommand } from '../register-command.ts';
import type { Services } from '../services.ts';

interface AgentItem extends QuickPickItem {
  readonly language: string;
  /** What has to be written, and where, for a bridge at this path. */
  configuration(bridge: string): string;
}

/** Shows what an agent outside the editor needs in its configuration, and puts it on the clipboard. */
export function registerConnectAgent(services: Services, { bridge }: { readonly bridge: string }): void {
  services.context.subscriptions.push(
    registerCommand(services, ids.connectAgent, async () => {
      const chosen = await window.showQuickPick(agents(), {
        title: l10n.t('Connect an Agent'),
        placeHolder: l10n.t('The editor’s own agents are connected already'),
      });
      if (!chosen) return;
      const content = chosen.configuration(bridge);
      await env.clipboard.writeText(content);
      const document = await workspace.openTextDocument({ content, language: chosen.language });
      await window.showTextDocument(document, { preview: true });
      window.showInformationMessage(
        l10n.t('The configuration is on the clipboard: {0}', chosen.detail ?? ''),
      );
    }),
  );
}

function agents(): readonly AgentItem[] {
  return [
    {
      label: 'Claude Code',
      detail: l10n.t('MCP server and hooks: .mcp.json and .claude/settings.json of the repository'),
      language: 'jsonc',
      configuration: bridge =>
        [
          `// ${l10n.t('Into {0}:', '.mcp.json')}`,
          json({ mcpServers: { interlock: { command: 'node', args: [bridge, 'mcp'] } } }),
          `// ${l10n.t('Into {0}:', '.claude/settings.json')}`,
          json({ hooks: claudeHooks(bridge) }),
        ].join('\n'),
    },
    {
      label: 'Codex',
      detail: l10n.t('MCP server: ~/.codex/config.toml'),
      language: 'toml',
      configuration: bridge =>
        `[mcp_servers.interlock]\ncommand = "node"\nargs = [${JSON.stringify(bridge)}, "mcp"]\n`,
    },
    {
      label: l10n.t('Another MCP client'),
      detail: l10n.t('MCP server: the mcp.json of the client'),
      language: 'json',
      configuration: bridge =>
        json({ mcpServers: { interlock: { command: 'node', args: [bridge, 'mcp'] } } }),
    },
  ];
}

/** The hook waits for a person for up to 45 s by default; Claude Code must wait longer. Seconds. */
const claudeTimeout = 120;

function claudeHooks(bridge: string): Record<string, unknown> {
  const events = ['PreToolUse', 'SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd'];
  return Object.fromEntries(
    events.map(event => [
      event,
      [
        {
          ...(event === 'PreToolUse' ? { matcher: '*' } : {}),
          hooks: [
            {
              type: 'command',
              command: `exec node ${JSON.stringify(bridge)} hook claude ${event}`,
              timeout: claudeTimeout,
            },
          ],
        },
      ],
    ]),
  );
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
