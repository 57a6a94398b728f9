import type { InterlockError } from '../coordinator/kernel/errors.ts';
import type { Output } from './api.ts';

export type Project = Output<'describe_project'>;
export type Trouble = Project['troubles'][number];
export type Agent = Output<'discover_agents'>['agents'][number];
export type Approval = Output<'list_approvals'>['approvals'][number];
export type Lock = Output<'check_locks'>['locks'][number];
export type Waiter = Output<'check_locks'>['waiting'][number];
export type Task = Output<'list_work'>['tasks'][number];
export type TaskDependency = Output<'list_work'>['dependencies'][number];
export type Grant = Output<'list_grants'>['grants'][number];
export type Policies = Output<'list_policies'>;
export type Policy = Policies['policies'][number];
export type Guardrails = Output<'list_guardrails'>;
export type GuardrailRule = Guardrails['rules'][number];
export type Profile = Output<'list_profiles'>['profiles'][number];
export type Assignment = Output<'list_profiles'>['assignments'][number];
export type GitHub = Output<'describe_github'>;
export type NetworkRule = Output<'list_network_rules'>['rules'][number];
export type Hooks = Output<'list_hook_files'>;
export type AuditEntry = Output<'query_audit'>['records'][number];

/** The queue, as far as a window shows it. */
export interface Work {
  /** In the order in which workers get them. */
  readonly open: readonly Task[];
  /** The last that ended, the latest first. */
  readonly ended: readonly Task[];
  /** What the open ones depend on. */
  readonly dependencies: readonly TaskDependency[];
  /** Of all tasks, also those that are not shown. */
  readonly counts: Output<'list_work'>['counts'];
}

export const noWork: Work = {
  open: [],
  ended: [],
  dependencies: [],
  counts: { pending: 0, claimed: 0, running: 0, completed: 0, failed: 0, cancelled: 0, held: 0 },
};

/** What a window knows of one project, read anew whenever an event says that it changed. */
export interface ProjectState {
  /** The folder of the window through which the project is seen, absolute. */
  readonly folder: string;
  /** The same folder where links lead to it; undefined until it is known. */
  readonly realFolder: string | undefined;
  /** Undefined until the first answer. */
  readonly project: Project | undefined;
  /** Whether git keeps the worktree; undefined until it is known. */
  readonly isRepository: boolean | undefined;
  /** Those that wait for a person, the oldest first. */
  readonly approvals: readonly Approval[];
  readonly agents: readonly Agent[];
  /** What sessions are allowed beyond one call, in force now, the newest first. */
  readonly grants: readonly Grant[];
  readonly locks: readonly Lock[];
  /** Who waits for a lock, in the order in which they will get it. */
  readonly waiting: readonly Waiter[];
  readonly work: Work;
  readonly policies: Policies;
  readonly guardrails: Guardrails;
  /** By name. */
  readonly profiles: readonly Profile[];
  /** Who was given which profile. */
  readonly assignments: readonly Assignment[];
  /** In the order in which they are asked. */
  readonly networkRules: readonly NetworkRule[];
  /** What hooks were written on this machine, and when they last called from here; undefined until it is known. */
  readonly hooks: Hooks | undefined;
  /** What is read of GitHub from this machine, and what stands in the way. */
  readonly github: GitHub;
  /** Newest first, without gaps. */
  readonly activity: readonly AuditEntry[];
  /** True where the record goes on before the last of `activity`. */
  readonly hasOlderActivity: boolean;
  /** For some time now no changes could be heard, so what is shown may be old. */
  readonly isStale: boolean;
  /** Why the last reading failed. */
  readonly trouble: InterlockError | undefined;
}

export function unknownProject(folder: string): ProjectState {
  return {
    folder,
    realFolder: undefined,
    project: undefined,
    isRepository: undefined,
    approvals: [],
    agents: [],
    grants: [],
    locks: [],
    waiting: [],
    work: noWork,
    policies: { engine: 'native', in_force: false, policies: [], builtin: [] },
    guardrails: { rules: [], project: { path: '', file: 'absent', problems: [], rules: [], changes: [] } },
    profiles: [],
    assignments: [],
    networkRules: [],
    github: { repositories: [], clones: [], items: [], failed_writes: [] },
    hooks: undefined,
    activity: [],
    hasOlderActivity: false,
    isStale: false,
    trouble: undefined,
  };
}

/** People have a session while they have unsaved changes. */
export function isPerson({ agent_type }: Agent): boolean {
  return agent_type === 'person';
}

/** The branch that a session stands for, where it stands for one: its changes are known, and no program is at work. */
export function branchOf({ agent_type, current_task }: Agent): string | undefined {
  return agent_type === 'github_branch' ? (current_task ?? undefined) : undefined;
}

/** One state for each project: two folders of a window may belong to the same one. */
export function distinctProjects(states: readonly ProjectState[]): readonly ProjectState[] {
  const seen = new Set<string>();
  return states.filter(({ folder, project }) => {
    const id = project?.project_id ?? folder;
    return !seen.has(id) && seen.add(id);
  });
}

/** A page of the record as it was read. */
export interface ActivityPage {
  readonly records: readonly AuditEntry[];
  readonly hasOlder: boolean;
}

/** How many records a window keeps; older ones are read again when they are asked for. */
const mostActivity = 2_000;

/**
 * The newest page in front of what was read before. Where records between the two are missing, what was read before is
 * dropped: a list that looks complete has to be.
 */
export function withNewest(before: ActivityPage, newest: ActivityPage): ActivityPage {
  const last = newest.records.at(-1)?.sequence;
  const isJoined = before.records.some(({ sequence }) => sequence === last);
  if (last === undefined || !isJoined) return newest;
  const records = [...newest.records, ...before.records.filter(({ sequence }) => sequence < last)];
  return {
    records: records.slice(0, mostActivity),
    hasOlder: before.hasOlder || records.length > mostActivity,
  };
}
