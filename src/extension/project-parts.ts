import { access, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Api, Speaker } from './api.ts';
import { noWork, type ProjectState, withNewest } from './project-state.ts';

/** What of a project is read by itself. */
export const allParts = [
  'project',
  'approvals',
  'agents',
  'grants',
  'locks',
  'work',
  'policies',
  'guardrails',
  'profiles',
  'networkRules',
  'github',
  'hooks',
  'activity',
] as const;
export type Part = (typeof allParts)[number];

/** What an event may have changed, by the first word of its topic. The record may have grown with any of them. */
const changedBy: Readonly<Record<string, readonly Part[]>> = {
  session: ['agents', 'grants', 'locks', 'approvals', 'activity'],
  lock: ['locks', 'activity'],
  branch: ['locks', 'agents', 'github', 'activity'],
  github: ['github', 'activity'],
  approval: ['approvals', 'activity'],
  grant: ['grants', 'activity'],
  task: ['work', 'activity'],
  profile: ['profiles', 'agents', 'activity'],
  guardrails: ['guardrails', 'activity'],
  network: ['networkRules', 'activity'],
  hooks: ['hooks', 'activity'],
  policy: ['policies', 'activity'],
  project: ['project', 'github', 'policies', 'guardrails', 'activity'],
  events: allParts,
  troubles: ['project'],
};

export function partsChangedBy(event: string): readonly Part[] {
  return changedBy[event.split('.', 1)[0] ?? ''] ?? ['activity'];
}

/** Sessions grow old, leases lapse, grants expire and the project's own guardrails are written without an event. */
export const agingParts: readonly Part[] = ['agents', 'grants', 'work', 'guardrails'];

export const activityPage = 100;
/** As many as anybody looks through, and as one call answers. */
const mostOpenTasks = 500;
const mostEndedTasks = 50;
const mostGrants = 200;

/** Reading may be done twice, so a change of the store's owner only delays it. */
export const reading = { retry: true } as const;

type Reader = () => Promise<Partial<ProjectState>>;

/** @param stateNow what was read before, in front of which the newest is put */
export function createReaders(
  api: Api,
  { folder, operatorKey }: Speaker,
  stateNow: () => ProjectState,
): Readonly<Record<Part, Reader>> {
  /** Some things are for operators; others see the other views. */
  const forOperators =
    (read: Reader, nothing: Partial<ProjectState>): Reader =>
    async () =>
      operatorKey() === undefined ? nothing : read();

  return {
    async project() {
      const project = await api.call('describe_project', {}, reading);
      const isKept = await isRepository(project.worktree ?? folder);
      return { project, isRepository: isKept, realFolder: await realpath(folder).catch(() => folder) };
    },
    approvals: async () => await api.call('list_approvals', { status: 'pending' }, reading),
    agents: async () => await api.call('discover_agents', {}, reading),
    grants: forOperators(async () => await api.call('list_grants', { limit: mostGrants }, reading), {
      grants: [],
    }),
    async locks() {
      const { locks, waiting } = await api.call('check_locks', {}, reading);
      return { locks, waiting };
    },
    work: forOperators(
      async () => {
        const [open, ended] = await Promise.all([
          api.call('list_work', { status: 'open', limit: mostOpenTasks, with_dependencies: true }, reading),
          api.call('list_work', { status: 'ended', limit: mostEndedTasks }, reading),
        ]);
        const { counts, dependencies } = open;
        return { work: { open: open.tasks, ended: ended.tasks, dependencies, counts } };
      },
      { work: noWork },
    ),
    policies: async () => ({ policies: await api.call('list_policies', {}, reading) }),
    guardrails: async () => ({ guardrails: await api.call('list_guardrails', {}, reading) }),
    profiles: async () => await api.call('list_profiles', {}, reading),
    networkRules: forOperators(
      async () => {
        const { rules } = await api.call('list_network_rules', {}, reading);
        return { networkRules: rules };
      },
      { networkRules: [] },
    ),
    hooks: async () => ({ hooks: await api.call('list_hook_files', {}, reading) }),
    github: async () => ({ github: await api.call('describe_github', {}, reading) }),
    activity: forOperators(
      async () => {
        const answer = await api.call('query_audit', { limit: activityPage }, reading);
        const { activity, hasOlderActivity } = stateNow();
        const { records, hasOlder } = withNewest(
          { records: activity, hasOlder: hasOlderActivity },
          { records: answer.records, hasOlder: answer.next_cursor !== null },
        );
        return { activity: records, hasOlderActivity: hasOlder };
      },
      { activity: [], hasOlderActivity: false },
    ),
  };
}

/** A worktree has `.git` as a folder, or as a file where it belongs to a repository elsewhere. */
async function isRepository(worktree: string): Promise<boolean> {
  return access(path.join(worktree, '.git')).then(
    () => true,
    () => false,
  );
}
