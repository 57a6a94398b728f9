import type { Trust } from '../kernel/caller.ts';
import { bookOf, type Profile, type ProfileBook } from './profile.ts';

/** What an agent needs to work beside others. What concerns its own session is open to it in any case. */
const base = [
  'accept_handoff',
  'acquire_lock',
  'brief_session',
  'cancel_work',
  'check_domain',
  'check_fence',
  'check_guardrails',
  'check_locks',
  'check_policy',
  'check_tool_use',
  'complete_work',
  'confirm_memory',
  'coordinate_file_edit',
  'discover_agents',
  'extend_lock',
  'forecast_conflicts',
  'forget',
  'forget_skill',
  'get_my_profile',
  'get_policy',
  'get_task',
  'get_work',
  'heartbeat',
  'list_branches',
  'list_guardrails',
  'list_memories',
  'list_messages',
  'list_policies',
  'list_policy_versions',
  'list_profiles',
  'list_work',
  'query_audit',
  'read_handoff',
  'read_messages',
  'recall',
  'record_skill_use',
  'register_session',
  'release_lock',
  'release_work',
  'remember',
  'renew_work',
  'save_skill',
  'send_message',
  'submit_work',
  'suggest_skills',
  'suggest_values',
  'validate_policy',
  'verify_audit',
  'write_handoff',
] as const;

/** A reviewer looks: its own tools are judged like everybody's, and it takes nothing. */
const reviewing = [
  'brief_session',
  'check_domain',
  'check_fence',
  'check_guardrails',
  'check_locks',
  'check_policy',
  'check_tool_use',
  'discover_agents',
  'forecast_conflicts',
  'get_my_profile',
  'get_policy',
  'get_task',
  'list_branches',
  'list_guardrails',
  'list_memories',
  'list_policies',
  'list_policy_versions',
  'list_profiles',
  'list_work',
  'query_audit',
  'read_handoff',
  'recall',
  'suggest_skills',
  'suggest_values',
  'verify_audit',
] as const;

/** A worker in the cloud takes tasks and locks, and tells others in its results. */
const cloudWorking = [
  'acquire_lock',
  'brief_session',
  'check_domain',
  'check_fence',
  'check_guardrails',
  'check_locks',
  'check_policy',
  'check_tool_use',
  'complete_work',
  'extend_lock',
  'get_my_profile',
  'get_task',
  'get_work',
  'heartbeat',
  'list_guardrails',
  'recall',
  'register_session',
  'release_lock',
  'release_work',
  'remember',
  'renew_work',
  'submit_work',
] as const;

/** What labels on GitHub ask for. Their sessions do nothing else. */
const labelling = [
  'acquire_lock',
  'cancel_work',
  'get_my_profile',
  'release_lock',
  'send_message',
  'submit_work',
] as const;

/** Limits of a profile that says nothing else, for a session: seconds that the coordinator works for it in an hour, and calls. */
const maxExecutionSeconds = 300;
const maxCallsPerHour = 1_000;

/** Where an agent works decides what becomes of a domain that no rule names. */
const local = { default: 'allow' };
const cloud = { default: 'deny' };

interface Seed {
  readonly description: string;
  readonly agentType?: string;
  readonly isDefault?: boolean;
  readonly trust: Trust;
  readonly allowed: readonly string[];
  readonly files: number | null;
  readonly network: Profile['network_policy'];
}

/** The profiles that every project starts with (safety.md, Profiles). */
const seeds: Readonly<Record<string, Seed>> = {
  claude_code_cli: {
    description: 'Claude Code at a developer’s machine.',
    agentType: 'claude_code',
    isDefault: true,
    trust: 3,
    allowed: base,
    files: 100,
    network: local,
  },
  claude_code_web_reviewer: {
    description: 'Claude Code in the cloud that reviews and changes nothing.',
    agentType: 'claude_code_web_reviewer',
    isDefault: true,
    trust: 1,
    allowed: reviewing,
    files: 0,
    network: cloud,
  },
  claude_code_web_implementer: {
    description: 'Claude Code in the cloud that implements a task.',
    agentType: 'claude_code_web_implementer',
    isDefault: true,
    trust: 2,
    allowed: base,
    files: 50,
    network: cloud,
  },
  codex_cli: {
    description: 'Codex at a developer’s machine.',
    agentType: 'codex',
    isDefault: true,
    trust: 2,
    allowed: base,
    files: 100,
    network: local,
  },
  codex_cloud_worker: {
    description: 'Codex in the cloud that works off tasks.',
    agentType: 'codex_cloud_worker',
    isDefault: true,
    trust: 2,
    allowed: cloudWorking,
    files: 50,
    network: cloud,
  },
  strands_orchestrator: {
    description: 'An orchestrator that hands work to other agents and cleans up after them.',
    agentType: 'strands_orchestrator',
    isDefault: true,
    trust: 3,
    allowed: [...base, 'cleanup_dead_agents'].sort(),
    files: 200,
    network: local,
  },
  copilot_agent: {
    description: 'Copilot in the editor.',
    agentType: 'copilot',
    isDefault: true,
    trust: 2,
    allowed: base,
    files: 100,
    network: local,
  },
  github_label: {
    description:
      'People who set labels on GitHub, which asks for the triage role there. Assign another profile to github:<login> for one of them.',
    agentType: 'github_label',
    isDefault: true,
    trust: 2,
    allowed: labelling,
    files: 100,
    network: cloud,
  },
  project_default: {
    description: 'Whoever gets no other profile.',
    isDefault: true,
    trust: 2,
    allowed: base,
    files: 100,
    network: local,
  },
  suspended: {
    description: 'Everything is denied but reading one’s own status. Assign it to stop an agent.',
    trust: 0,
    allowed: [],
    files: 0,
    network: cloud,
  },
};

export const seededProfiles: readonly Profile[] = Object.entries(seeds).map(([name, seed]) => ({
  name,
  description: seed.description,
  agent_type: seed.agentType ?? null,
  is_default: seed.isDefault ?? false,
  trust_level: seed.trust,
  allowed_operations: seed.allowed,
  blocked_operations: [],
  elevated_operations: [],
  max_file_modifications: seed.files,
  max_execution_time_seconds: maxExecutionSeconds,
  max_api_calls_per_hour: maxCallsPerHour,
  network_policy: seed.network,
  enabled: true,
  version: 1,
  changed_at: null,
  changed_by: null,
  change_reason: null,
}));

/** What is in force where the store cannot be read: nobody was given anything beyond their type. */
export const builtinBook: ProfileBook = bookOf(seededProfiles, []);
