import type { Trust } from '../kernel/caller.ts';
import type { Operation } from '../kernel/operation.ts';

/** A profile as the store holds it: what an agent may do, and how much of it. */
export interface Profile {
  readonly name: string;
  readonly description: string;
  /** Whose sessions it is meant for; null: nobody's in particular. */
  readonly agent_type: string | null;
  /** What a session of that type gets unless it is assigned another; without a type, what everybody else gets. */
  readonly is_default: boolean;
  readonly trust_level: Trust;
  /** Empty: every operation of its class. */
  readonly allowed_operations: readonly string[];
  /** Always wins. */
  readonly blocked_operations: readonly string[];
  /** Open to it although its trust does not reach their class. */
  readonly elevated_operations: readonly string[];
  /** Different files that one session may change; null: as many as it likes. */
  readonly max_file_modifications: number | null;
  /** What the coordinator works for one session in an hour, waits not counted, in seconds. */
  readonly max_execution_time_seconds: number | null;
  readonly max_api_calls_per_hour: number | null;
  readonly network_policy: Readonly<Record<string, unknown>>;
  readonly enabled: boolean;
  /** 1 as it was made, one more with each change. */
  readonly version: number;
  readonly changed_at: Date | null;
  readonly changed_by: string | null;
  readonly change_reason: string | null;
}

/** A profile that a person gave to an agent, or to one session. */
export interface Assignment {
  readonly agent_id: string | null;
  readonly session_id: string | null;
  readonly profile: string;
  readonly reason: string;
  readonly assigned_by: string;
  readonly assigned_at: Date;
}

/** All profiles of a project, and who was given which. */
export interface ProfileBook {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly bySession: ReadonlyMap<string, Assignment>;
  readonly byAgent: ReadonlyMap<string, Assignment>;
  readonly byType: ReadonlyMap<string, Profile>;
  readonly projectDefault: Profile;
}

/** Whose profile is asked for. */
export interface Subject {
  readonly sessionId: string;
  readonly agentId: string;
  readonly agentType: string;
}

/** Why a session has the profile it has. */
export type ResolvedBy = 'session' | 'agent' | 'agent_type' | 'project';

export interface Resolved {
  readonly profile: Profile;
  /** The profile's, or less, where a disabled one that came first has less. */
  readonly trust: Trust;
  readonly by: ResolvedBy;
}

/** Other names under which sessions of a type that has a profile register. */
const typeByAlias: Readonly<Record<string, string>> = {
  claude_code_cli: 'claude_code',
  codex_cli: 'codex',
  copilot_agent: 'copilot',
};

/** @throws Error where the project has no default, which its table rules out. */
export function bookOf(profiles: readonly Profile[], assignments: readonly Assignment[]): ProfileBook {
  const defaults = profiles.filter(({ is_default }) => is_default);
  const projectDefault = defaults.find(({ agent_type }) => agent_type === null);
  if (!projectDefault) throw new Error('the project has no default profile');
  return {
    profiles: new Map(profiles.map(profile => [profile.name, profile])),
    projectDefault,
    byType: new Map(
      defaults.flatMap(profile => (profile.agent_type === null ? [] : [[profile.agent_type, profile]])),
    ),
    bySession: new Map(assignments.flatMap(one => (one.session_id === null ? [] : [[one.session_id, one]]))),
    byAgent: new Map(assignments.flatMap(one => (one.agent_id === null ? [] : [[one.agent_id, one]]))),
  };
}

/**
 * The profile of a session: the one that it was assigned, or its agent, or the default of its agent type, or the
 * project's. One that is disabled is passed over, which never raises the trust.
 */
export function resolve(book: ProfileBook, { sessionId, agentId, agentType }: Subject): Resolved {
  const named = (assignment: Assignment | undefined) => assignment && book.profiles.get(assignment.profile);
  const candidates: readonly (readonly [ResolvedBy, Profile | undefined])[] = [
    ['session', named(book.bySession.get(sessionId))],
    ['agent', named(book.byAgent.get(agentId))],
    ['agent_type', book.byType.get(agentType) ?? book.byType.get(canonicalType(agentType))],
  ];
  let most: Trust = 4;
  for (const [by, profile] of candidates) {
    if (!profile) continue;
    if (profile.trust_level < most) most = profile.trust_level;
    if (profile.enabled) return { profile, trust: most, by };
  }
  const profile = book.projectDefault;
  return { profile, trust: profile.trust_level < most ? profile.trust_level : most, by: 'project' };
}

function canonicalType(agentType: string): string {
  return Object.hasOwn(typeByAlias, agentType) ? (typeByAlias[agentType] ?? agentType) : agentType;
}

/** What a profile says of an operation, whatever its trust. */
export interface Standing {
  /** It is named among those that are blocked, which always wins. */
  readonly blocked: boolean;
  /** It is among those that are allowed, or all of its class are. */
  readonly listed: boolean;
  /** It is open although the trust does not reach its class. */
  readonly elevated: boolean;
}

export function standingOf(profile: Profile, { name }: Pick<Operation, 'name'>): Standing {
  const elevated = profile.elevated_operations.includes(name);
  return {
    blocked: profile.blocked_operations.includes(name),
    listed: elevated || profile.allowed_operations.length === 0 || profile.allowed_operations.includes(name),
    elevated,
  };
}
