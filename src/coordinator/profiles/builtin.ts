import type { Trust } from '../kernel/caller.ts';

/** The trust each agent type starts with (safety.md, Profiles). An unknown type gets the project's default. */
const trustByAgentType: Readonly<Record<string, Trust>> = {
  claude_code: 3,
  claude_code_cli: 3,
  claude_code_web_reviewer: 1,
  claude_code_web_implementer: 2,
  codex: 2,
  codex_cloud_worker: 2,
  copilot: 2,
  copilot_agent: 2,
  strands_orchestrator: 3,
};

export const defaultTrust: Trust = 2;

/** The trust level of an agent; an unknown agent never gets more than the default. */
export function trustOf(agentType: string): Trust {
  return Object.hasOwn(trustByAgentType, agentType)
    ? (trustByAgentType[agentType] ?? defaultTrust)
    : defaultTrust;
}
