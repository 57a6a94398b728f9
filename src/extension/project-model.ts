import type { ServerEvent } from '../coordinator/client/events.ts';
import type { Coordinator } from '../coordinator/client.ts';
import { type Api, createApi, headersOf, type Speaker } from './api.ts';
import { asInterlockError } from './connection.ts';
import {
  activityPage,
  agingParts,
  allParts,
  createReaders,
  type Part,
  partsChangedBy,
  reading,
} from './project-parts.ts';
import { type ProjectState, unknownProject } from './project-state.ts';
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

/** What grows old without an event is read again after this time, in milliseconds. */
const timedReadAgainMs = 30_000;
/** Another owner takes over within two seconds; only a longer silence is worth a word, in milliseconds. */
const toldStaleAfterMs = 4_000;
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

  const read = createReaders(api, speaker, () => state);
  const refresher = createRefresher<Part>(async part => {
    try {
      become({ ...(await read[part]()), trouble: undefined });
    } catch (thrown) {
      become({ trouble: asInterlockError(thrown) });
    }
  });

  function hear({ event }: ServerEvent): void {
    refresher.mark(...partsChangedBy(event));
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
  const aging = setInterval(() => refresher.mark(...agingParts), timedReadAgainMs);

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
