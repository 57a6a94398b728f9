import { EventEmitter, l10n, lm, McpStdioServerDefinition, Uri, workspace } from 'vscode';
import { mcpProvider, windowSettings } from './ids.ts';
import type { Services } from './services.ts';

export interface McpProviderOptions {
  /** `dist/bridge.js` of this extension. */
  readonly bridge: string;
  readonly home: string;
  /** Changes when the tools change, so that the editor reads them again. */
  readonly version: string;
}

/** Publishes the coordinator's tools to the editor's own agents. The definition holds no secret. */
export function registerMcpProvider(
  { context }: Pick<Services, 'context'>,
  options: McpProviderOptions,
): void {
  const changed = new EventEmitter<void>();
  context.subscriptions.push(
    changed,
    workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(windowSettings.mcpToolSets)) changed.fire();
    }),
    lm.registerMcpServerDefinitionProvider(mcpProvider, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => definitionsFor(options),
    }),
  );
}

function definitionsFor({ bridge, home, version }: McpProviderOptions): McpStdioServerDefinition[] {
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder?.uri.scheme !== 'file') return [];
  const toolSets = workspace.getConfiguration().get<string[]>(windowSettings.mcpToolSets, []).join(',');
  const environment = {
    ELECTRON_RUN_AS_NODE: '1',
    INTERLOCK_HOME: home,
    ...(toolSets === '' ? {} : { INTERLOCK_MCP_TOOL_SETS: toolSets }),
  };
  const definition = new McpStdioServerDefinition(
    l10n.t('Interlock'),
    process.execPath,
    [bridge, 'mcp'],
    environment,
    toolSets === '' ? version : `${version} ${toolSets}`,
  );
  definition.cwd = Uri.file(folder.uri.fsPath);
  return [definition];
}
