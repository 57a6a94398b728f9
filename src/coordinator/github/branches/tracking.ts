import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Corridor } from '../../kernel/corridor.ts';
import type { EventBus } from '../../kernel/events.ts';
import { type Periodic, repeat } from '../../kernel/periodic.ts';
import type { Settings } from '../../kernel/settings.ts';
import type { Clone, Projects } from '../../projects/projects.ts';
import { githubPushed } from '../labels/record-items.ts';
import { type Convention, observeClone } from './observe.ts';
import type { ObservedClone } from './observed.ts';
import { recordBranches } from './record.ts';

/** How often it is looked whether a clone is due, in milliseconds: the shortest interval that the settings allow. */
const tickMs = 5_000;
/** A clone that no call came from for this long is looked at no more, in milliseconds. */
const restsAfterMs = 3_600_000;

export interface TrackingServices {
  readonly projects: Projects;
  readonly corridor: Corridor;
  readonly bus: EventBus;
  readonly monotonicMs: () => number;
}

/** What is remembered of a clone between two looks. */
interface Memory {
  lookedAtMs: number;
  observed: ObservedClone | undefined;
  /** The state that was reported. */
  reported: string | undefined;
}

/** What is told when branches may be otherwise, or somebody else's: it is looked at once. */
const causes: readonly string[] = ['session.registered', 'task.claimed', 'project.configured', githubPushed];

/** Looks at the clones on this machine that calls come from, each as often as its project says, until it is closed. */
export function startTracking(services: TrackingServices, onError: (error: unknown) => void): Periodic {
  const memories = new Map<string, Memory>();
  /** Projects of which something was heard. */
  const due = new Set<string>();
  const unsubscribe = services.bus.subscribe(({ topic, project }) => {
    if (causes.includes(topic)) due.add(project);
  });
  const periodic = repeat(() => trackClones(services, memories, due, onError), tickMs, onError);
  return {
    async close() {
      unsubscribe();
      await periodic.close();
    },
  };
}

async function trackClones(
  services: TrackingServices,
  memories: Map<string, Memory>,
  due: Set<string>,
  onError: (error: unknown) => void,
): Promise<void> {
  const { projects, monotonicMs } = services;
  const called = new Set(due);
  due.clear();
  for (const clone of projects.clones()) {
    try {
      const { settings } = await projects.byId(clone.projectId);
      if (settings['github.branches'] === 'off' || monotonicMs() - clone.calledAtMs > restsAfterMs) continue;
      const memory = memories.get(clone.key);
      const everyMs = settings['github.intervalSeconds'] * 1000;
      if (memory && !called.has(clone.projectId) && monotonicMs() - memory.lookedAtMs < everyMs) continue;
      memories.set(clone.key, {
        lookedAtMs: monotonicMs(),
        ...(await trackClone(services.corridor, clone, settings, memory)),
      });
    } catch (error) {
      // A folder that is gone, or a git that fails, concerns this clone alone.
      onError(error);
      memories.set(clone.key, { lookedAtMs: monotonicMs(), observed: undefined, reported: undefined });
    }
  }
}

/** Looks at one clone and reports what has changed; where nothing has, only that it was looked at. */
export async function trackClone(
  corridor: Corridor,
  clone: Pick<Clone, 'folder' | 'foldsCase' | 'projectId'>,
  settings: Settings,
  before?: Pick<Memory, 'observed' | 'reported'>,
): Promise<Pick<Memory, 'observed' | 'reported'>> {
  const observed = await observeClone(clone.folder, conventionOf(settings), before?.observed);
  if (!observed) return { observed: undefined, reported: undefined };
  const report = (whole: boolean) =>
    corridor.walk({
      operation: recordBranches,
      input: {
        source: createHash('sha256')
          .update(`${hostname()}\0${observed.gitFolder}`)
          .digest('hex')
          .slice(0, 32),
        folder: clone.folder,
        folds_case: clone.foldsCase,
        oddities: observed.oddities,
        bases: observed.bases,
        ...(whole ? { branches: observed.branches } : {}),
      },
      credential: { kind: 'system', name: 'branches', projectId: clone.projectId },
      door: 'system',
      // Said by the project alone: a call from the folder would be one that keeps it from resting.
      cwd: null,
    }) as Promise<{ readonly known: boolean; readonly more: boolean }>;
  const isNew = observed.state !== before?.reported;
  let answer = await report(isNew);
  // The store may have forgotten a clone that was not looked at for long.
  if (!answer.known && !isNew) answer = await report(true);
  while (answer.more) answer = await report(false);
  return { observed, reported: observed.state };
}

function conventionOf(settings: Settings): Convention {
  return {
    prefix: settings['github.branchPrefix'],
    remotes: listed(settings['github.remotes']),
    bases: listed(settings['github.baseBranches']),
  };
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
}
