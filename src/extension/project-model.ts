import { access } from 'node:fs/promises';
import path from 'node:path';
import type { ServerEvent } from '../coordinator/client/events.ts';
import type { Coordinator } from '../coordinator/client.ts';
import { type Api, createApi, headersOf, type Speaker } from './api.ts';
import { asInterlockError } from './connection.ts';
import { noWork, type ProjectState, unknownProject, withNewest } from './project-state.ts';
import { createRefresher } from './refresher.ts';
import { createSignal, type Disposable } from './signal.ts';

/** One project as this window sees it, kept up to date by the coordinator's events. */
export interface ProjectModel extends Disposable {
  readonly state: ProjectState;
  readonly api: Api;
  onChange(listener: () => void): Disposable;
  /** Reads everything again and resolves when it is there. */
  refresh(): Promise<void>;
  /** Reads one page more of the record. */
  readOlderActivity(): Promise<void>;
}

const allParts = ['project', 'approvals', 'agents', 'locks', 'work', 'activity'] as const;
type Part = (typeof allParts)[number];

/** What an event may have changed, by the first word of its topic. The record may have grown with any of them. */
const changedBy: Readonly<Record<string, readonly Part[]>> = {
  session: ['agents', 'locks', 'approvals', 'activity'],
  lock: ['locks', 'activity'],
  approval: ['approvals', 'activity'],
  task: ['work', 'activity'],
  project: ['project', 'activity'],
  events: allParts,
};

/** Sessions grow old and leases lapse without an event, so they are read again after this time, in milliseconds. */
const timedReadAgainMs = 30_000;
/** Another owner takes over within two seconds; only a longer silence is worth a word, in milliseconds. */
const toldStaleAfterMs = 4_000;
const activityPage = 100;
/** As many tasks as anybody looks through, and as one call answers. */
const mostOpenTasks = 500;
const mostEndedTasks = 50;
/** Reading may be done twice, so a change of the store's owner only delays it. */
const reading = { retry: true } as const;

/** @param speaker its key is sent only while it may decide, since an unknown key is refused altogether */
export function createProjectModel(
  coordinator: Pick<Coordinator, 'request' | 'events'>,
  speaker: Speaker,
): ProjectModel {
  const api = createApi(coordinator, speaker);
  const changed = createSignal();
  let state = unknownProject(speaker.folder);

  function become(change: Partial<ProjectState>): void {
    state = { ...state, ...change };
    changed.fire();
  }

  const readers: Readonly<Record<Part, () => Promise<Partial<ProjectState>>>> = {
    async project() {
      const project = await api.call('describe_project', {}, reading);
      return { project, isRepository: await isRepository(project.worktree ?? speaker.folder) };
    },
    approvals: async () => await api.call('list_approvals', { status: 'pending' }, reading),
    agents: async () => await api.call('discover_agents', {}, reading),
    async locks() {
      const { locks, waiting } = await api.call('check_locks', {}, reading);
      return { locks, waiting };
    },
    work: readWork,
    activity: readNewestActivity,
  };

  async function readWork(): Promise<Partial<ProjectState>> {
    if (speaker.operatorKey() === undefined) return { work: noWork };
    const [open, ended] = await Promise.all([
      api.call('list_work', { status: 'open', limit: mostOpenTasks, with_dependencies: true }, reading),
      api.call('list_work', { status: 'ended', limit: mostEndedTasks }, reading),
    ]);
    const { counts, dependencies } = open;
    return { work: { open: open.tasks, ended: ended.tasks, dependencies, counts } };
  }

  async function readNewestActivity(): Promise<Partial<ProjectState>> {
    // The record and the queue are for operators; others see the other views.
    if (speaker.operatorKey() === undefined) return { activity: [], hasOlderActivity: false };
    const answer = await api.call('query_audit', { limit: activityPage }, reading);
    const { records, hasOlder } = withNewest(
      { records: state.activity, hasOlder: state.hasOlderActivity },
      { records: answer.records, hasOlder: answer.next_cursor !== null },
    );
    return { activity: records, hasOlderActivity: hasOlder };
  }

  const refresher = createRefresher<Part>(async part => {
    try {
      become({ ...(await readers[part]()), trouble: undefined });
    } catch (thrown) {
      become({ trouble: asInterlockError(thrown) });
    }
  });

  function hear({ event }: ServerEvent): void {
    refresher.mark(...(changedBy[event.split('.', 1)[0] ?? ''] ?? ['activity']));
  }

  let deafness: NodeJS.Timeout | undefined;
  const unfollow = coordinator.events('/api/v1/events', headersOf(speaker), hear, connection => {
    clearTimeout(deafness);
    if (connection === 'lost') {
      deafness = setTimeout(() => become({ isStale: true }), toldStaleAfterMs);
      return;
    }
    if (state.isStale) become({ isStale: false });
    // What happened while nobody listened was not told.
    refresher.mark(...allParts);
  });
  const aging = setInterval(() => refresher.mark('agents', 'work'), timedReadAgainMs);

  return {
    get state() {
      return state;
    },
    api,
    onChange: changed.on,
    async refresh() {
      refresher.mark(...allParts);
      await refresher.settled();
    },
    async readOlderActivity() {
      const cursor = state.activity.at(-1)?.sequence;
      if (cursor === undefined) return;
      const answer = await api.call('query_audit', { limit: activityPage, cursor }, reading);
      const older = answer.records.filter(({ sequence }) => sequence < cursor);
      become({ activity: [...state.activity, ...older], hasOlderActivity: answer.next_cursor !== null });
    },
    dispose() {
      clearInterval(aging);
      clearTimeout(deafness);
      unfollow();
      refresher.dispose();
    },
  };
}

/** A worktree has `.git` as a folder, or as a file where it belongs to a repository elsewhere. */
async function isRepository(worktree: string): Promise<boolean> {
  return access(path.join(worktree, '.git')).then(
    () => true,
    () => false,
  );
}
