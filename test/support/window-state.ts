import { defaultSettings } from '../../src/coordinator/kernel/settings.ts';
import {
  type Agent,
  type Approval,
  type AuditEntry,
  type GitHub,
  type Grant,
  type Lock,
  type Profile,
  type ProjectState,
  type Task,
  unknownProject,
} from '../../src/extension/project-state.ts';
import type { WindowState } from '../../src/extension/window-state.ts';

/** The moment at which these tests look, and moments before and after it. */
export const now = Date.parse('2026-11-21T12:00:00Z');
export const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();

const id = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

export function anApproval(change: Partial<Approval> & { readonly number?: number } = {}): Approval {
  const { number = 1, ...rest } = change;
  return {
    approval_id: id(number),
    status: 'pending',
    operation: 'check_tool_use',
    resource: { type: 'Tool', id: 'git push --force' },
    requested_at: at(-10),
    expires_at: at(3590),
    decided: null,
    next: '',
    filed_by: 'corridor',
    session_id: id(100),
    agent_id: 'ada',
    agent_type: 'claude_code',
    delegated_from: null,
    asks: [
      {
        rule: 'git.force-push',
        category: 'git',
        effect: 'replaces published history',
        why: 'Others have it.',
        suggestion: 'Push to a branch of your own.',
        matched_text: 'git push --force',
      },
    ],
    policy: null,
    summary: {
      command: { text: 'git push --force', shell: 'bash', cwd: '/repo' },
      paths: [],
      domains: [],
      steps: [],
      replaces: null,
      text: null,
      truncated: false,
    },
    justification: null,
    changeset_id: null,
    content_hash: 'a'.repeat(64),
    closed_at: null,
    close_reason: null,
    lifted_at: null,
    ...rest,
  };
}

export function aLock(change: Partial<Lock> = {}): Lock {
  return {
    file_path: 'src/orders.js',
    kind: 'file',
    mode: 'exclusive',
    locked_by: 'ada',
    agent_type: 'claude_code',
    session_id: id(100),
    yours: false,
    locked_at: at(-60),
    expires_at: at(600),
    lock_reason: 'jam comes in jars',
    fence: 7,
    handoff_id: null,
    automatic: false,
    worktree: null,
    branch: null,
    ...change,
  };
}

export function anAgent(change: Partial<Agent> = {}): Agent {
  return {
    session_id: id(100),
    agent_id: 'ada',
    agent_type: 'claude_code',
    profile: 'claude_code_cli',
    trust_level: 3,
    status: 'active',
    current_task: null,
    capabilities: [],
    delegated_from: null,
    harness: null,
    client: null,
    worktree: '/repo',
    machine: 'here',
    started_at: at(-600),
    last_seen_at: at(-5),
    ...change,
  };
}

export function aGrant(change: Partial<Grant> & { readonly number?: number } = {}): Grant {
  const { number = 1, ...rest } = change;
  return {
    grant_id: id(300 + number),
    session_id: id(100),
    agent_id: 'ada',
    operation: 'check_tool_use',
    covers: 'rules',
    rules: ['git.force-push'],
    categories: ['git'],
    scope: 'minutes',
    justification: 'replaces published history',
    reason: null,
    granted_by: 'Robin',
    self_service: false,
    created_at: at(-60),
    expires_at: at(840),
    last_used_at: at(-30),
    use_count: 2,
    in_force: true,
    revoked: null,
    ...rest,
  };
}

export function aProfile(change: Partial<Profile> = {}): Profile {
  return {
    name: 'some_profile',
    description: '',
    agent_type: null,
    is_default: false,
    trust_level: 2,
    allowed_operations: [],
    blocked_operations: [],
    elevated_operations: [],
    max_file_modifications: 100,
    max_execution_time_seconds: 300,
    max_api_calls_per_hour: 1000,
    network_policy: {},
    enabled: true,
    version: 1,
    changed_at: null,
    changed_by: null,
    change_reason: null,
    ...change,
  };
}

export function aTask(change: Partial<Task> & { readonly number?: number } = {}): Task {
  const { number = 1, ...rest } = change;
  return {
    task_id: id(200 + number),
    number,
    task_type: 'implement',
    description: 'Sell jam',
    priority: 5,
    status: 'pending',
    waits_for: 0,
    held: null,
    attempts: 0,
    max_attempts: 3,
    deadline: null,
    submitted_by: 'olive',
    submitted_at: at(-600),
    claimed_by: null,
    session_id: null,
    lease_until: null,
    failure: null,
    ended_at: null,
    ...rest,
  };
}

export function aRecord(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    sequence: 1,
    recorded_at: at(-5),
    hash: 'b'.repeat(64),
    operation: 'acquire_lock',
    outcome: 'done',
    caller: { kind: 'agent', name: 'ada' },
    agent_id: 'ada',
    agent_type: 'claude_code',
    session_id: id(100),
    delegated_from: null,
    door: 'mcp',
    resource: { type: 'File', id: 'src/orders.js' },
    access: 'write',
    code: null,
    step: null,
    decision: null,
    findings: [],
    facts: {},
    ...change,
  };
}

export function aProject(change: Partial<ProjectState> = {}): ProjectState {
  return {
    ...unknownProject('/repo'),
    project: {
      project_id: id(1000),
      name: 'shop',
      worktree: '/repo',
      folds_case: false,
      settings: defaultSettings,
      troubles: [],
      caller: { kind: 'operator', name: 'Robin' },
    },
    ...change,
  };
}

export function aWindow(project: Partial<ProjectState> = {}, change: Partial<WindowState> = {}): WindowState {
  return {
    link: 'connected',
    trouble: undefined,
    standing: { is: 'operator', name: 'Robin' },
    folders: [aProject(project)],
    unguarded: undefined,
    isWithoutAgents: false,
    hookFiles: undefined,
    ...change,
  };
}

export function aRepository(
  change: Partial<GitHub['repositories'][number]> = {},
): GitHub['repositories'][number] {
  return {
    repository: 'github.com/octo/orders',
    remotes: ['origin'],
    page: 'https://github.com/octo/orders',
    state: 'ok',
    message: null,
    next: null,
    resumes_at: null,
    ...change,
  };
}
