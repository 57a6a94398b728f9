import type { Caller } from '../kernel/caller.ts';
import type { NetworkStanding } from './decide.ts';

/** Agents that run on machines that nobody sits at: they reach only what a rule allows (safety.md, Network). */
const cloudAgents = new Set([
  'claude_code_web_reviewer',
  'claude_code_web_implementer',
  'codex_cloud_worker',
]);

/** How a caller stands to the network by what kind of agent it is. People and the coordinator itself reach what they like. */
export async function standingByType(caller: Caller): Promise<NetworkStanding> {
  if (caller.kind !== 'agent') return { profile: null, byDefault: 'allow' };
  return { profile: caller.agentType, byDefault: cloudAgents.has(caller.agentType) ? 'deny' : 'allow' };
}
