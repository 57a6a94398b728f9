import { join } from 'node:path';
import { chosenStore } from '../coordinator/chosen-store.ts';
import { homeFolder } from '../coordinator/home.ts';

/** What a hook does with a tool call when no coordinator can judge it. */
const unavailableModes = ['guardrails', 'deny', 'allow'] as const;
type UnavailableMode = (typeof unavailableModes)[number];

/** What the variables around the program say. Read once, where the program starts. */
export interface Environment {
  /** The folder of the store and its logs. */
  readonly home: string;
  /** A shared Postgres instead of the embedded store. */
  readonly databaseUrl?: string;
  /** Where the coordinator of the store is found: the home, unless the person's editor works on a shared store. */
  readonly storeHome: string;
  /** False where the coordinator cannot be started from here, since the address of its database is a secret of the editor. */
  readonly canStart: boolean;
  /** Overrides the project of the working folder. */
  readonly project?: string;
  readonly agentId?: string;
  readonly agentType?: string;
  readonly sessionId?: string;
  /** The chat of a harness that this program was started in, where that harness lets its hooks say so. */
  readonly chat?: { readonly harness: string; readonly sessionId: string };
  /** The chat of Claude Code, by the id that its hooks are told when it starts. */
  readonly claudeChat?: string;
  /** The chat of Copilot's command line, by the id that its hooks are told. */
  readonly copilotChat?: string;
  /** The person the agent acts for. */
  readonly delegatedFrom?: string;
  readonly whenUnavailable: UnavailableMode;
  /** The hook was started by an editor that runs the extension's plugin, whose own hooks judge the editor's agent. */
  readonly pluginIsRun: boolean;
  /** The sets of tools that an MCP client is shown, with commas between them; absent: all. */
  readonly toolSets?: string;
  /** The person's own folder, which the guard has to know to see what `~` is. */
  readonly userHome?: string;
  /** Passed on to a coordinator that this program starts. */
  readonly variables: NodeJS.ProcessEnv;
  readonly nodePath: string;
  /** `coordinator.mjs`, beside this program. */
  readonly coordinatorPath: string;
  /** What judges a hook's call where there is no coordinator, beside this program. */
  readonly alonePath: string;
}

/** Reads the variables; a blank one counts as none. @param folder the one that this program lies in. */
export function readEnvironment(variables: NodeJS.ProcessEnv, nodePath: string, folder: string): Environment {
  const mode = unavailableModes.find(known => known === variables.INTERLOCK_HOOKS_WHEN_UNAVAILABLE);
  const home = homeFolder({ env: variables });
  const isToldTheStore = (variables.INTERLOCK_DATABASE_URL ?? '').trim() !== '';
  const chosen = isToldTheStore ? { folder: home, isShared: false } : chosenStore(home);
  return {
    home,
    storeHome: chosen.folder,
    canStart: !chosen.isShared,
    ...optional('databaseUrl', variables.INTERLOCK_DATABASE_URL),
    ...optional('project', variables.INTERLOCK_PROJECT),
    ...optional('agentId', variables.INTERLOCK_AGENT_ID),
    ...optional('agentType', variables.INTERLOCK_AGENT_TYPE),
    ...optional('sessionId', variables.INTERLOCK_SESSION_ID),
    ...chatIn(variables),
    ...optional('claudeChat', variables.CLAUDE_CODE_SESSION_ID),
    ...optional('copilotChat', variables.COPILOT_AGENT_SESSION_ID),
    ...optional('delegatedFrom', variables.INTERLOCK_DELEGATED_FROM),
    ...optional('toolSets', variables.INTERLOCK_MCP_TOOL_SETS),
    ...optional('userHome', variables.HOME ?? variables.USERPROFILE),
    // Anything but a known word is the default, which is the one that protects without standing in the way.
    whenUnavailable: mode ?? 'guardrails',
    pluginIsRun: variables.INTERLOCK_EDITOR_HOOKS === 'plugin',
    variables,
    nodePath,
    coordinatorPath: join(folder, 'coordinator.mjs'),
    alonePath: join(folder, 'bridge-alone.mjs'),
  };
}

/** How a hook tells the commands of its chat which chat that is: `<harness>:<session id>`. */
export const chatVariable = 'INTERLOCK_CHAT';

function chatIn(variables: NodeJS.ProcessEnv): Pick<Environment, 'chat'> {
  const [, harness, sessionId] = /^([a-z]+):(.+)$/.exec(variables[chatVariable] ?? '') ?? [];
  return harness === undefined || sessionId === undefined ? {} : { chat: { harness, sessionId } };
}

function optional<Name extends string>(name: Name, value: string | undefined): { [key in Name]?: string } {
  return value === undefined || value.trim() === '' ? {} : ({ [name]: value } as { [key in Name]: string });
}
