import type { Corridor } from '../../kernel/corridor.ts';
import type { EventBus } from '../../kernel/events.ts';
import type { Operation } from '../../kernel/operation.ts';
import { type Periodic, repeat } from '../../kernel/periodic.ts';
import type { Settings } from '../../kernel/settings.ts';
import type { Clone, Projects } from '../../projects/projects.ts';
import { createGitHubClient, type GitHubClient } from '../api/client.ts';
import { ApiFailure } from '../api/failure.ts';
import { type LabelConvention, labelConventionOf, writtenOut } from '../labels/convention.ts';
import { settleGitHubWrite, takeGitHubWrites } from '../labels/deliver.ts';
import { recordGitHubItems } from '../labels/record-items.ts';
import type { SignIns } from '../sign-ins.ts';
import { deliverWrites, type Outbox, type Target } from './delivery.ts';
import { planGitHubPoll, pollsChanged, recordGitHubPolls } from './record.ts';
import { type RemoteRepository, remotesOf, repositoriesOf } from './remotes.ts';
import { type Journal, readRepository } from './round.ts';
import type { PollState } from './standing.ts';
import type { KeptStanding } from './store.ts';
import { messageOf, nextOf } from './words.ts';

/** How often it is looked whether something is due, in milliseconds. */
const tickMs = 5_000;
/** A clone that no call came from for this long leads nowhere any more, in milliseconds. */
const restsAfterMs = 3_600_000;
/** How often what bears labels is looked at although it did not change, in milliseconds. */
const looksAgainMs = 600_000;
/** The first wait after a failure, which doubles with each further one, and the longest. Milliseconds. */
const firstWaitMs = 30_000;
const longestWaitMs = 900_000;

export interface PollingServices {
  readonly projects: Projects;
  readonly corridor: Corridor;
  readonly bus: EventBus;
  readonly signIns: SignIns;
  readonly version: string;
  readonly monotonicMs: () => number;
}

/** What is remembered of a repository between two rounds. */
interface Reading {
  readonly token: string;
  /** How labels were written when it was read last. */
  convention: LabelConvention;
  readonly client: GitHubClient;
  state: PollState;
  message: string | null;
  failures: number;
  /** Nothing is asked before. */
  dueAtMs: number;
  looksAgainAtMs: number;
  /** In seconds since 1970, by GitHub's clock. */
  readTo: number | null;
}

/** What is remembered of a project. */
interface Watched {
  dueAtMs: number;
  /** The standing that was reported, without how far it was read. */
  told: string;
  /** All that was reported. */
  reported: string;
  readonly readings: Map<string, Reading>;
}

/** Reads and answers GitHub. */
export interface Polling extends Periodic {
  /** Does what is due now. */
  round(): Promise<void>;
}

/**
 * Reads the repositories that clones on this machine lead to, each project as often as it says, with the sign-ins that
 * people lent, and tells GitHub what it is to be told, until it is closed.
 */
export function startPolling(services: PollingServices, onError: (error: unknown) => void): Polling {
  const watched = new Map<string, Watched>();
  /** Projects in which something happened that GitHub may have to be told. */
  const stirred = new Set<string>();
  const dueNow = (projectId: string) => {
    const known = watched.get(projectId);
    if (known) known.dueAtMs = 0;
  };
  services.signIns.onChange(dueNow);
  const unsubscribe = services.bus.subscribe(({ topic, project }) => {
    if (topic === 'project.configured') dueNow(project);
    if (topic !== pollsChanged) stirred.add(project);
  });
  const work = async () => {
    const clones = services.projects
      .clones()
      .filter(({ calledAtMs }) => services.monotonicMs() - calledAtMs < restsAfterMs);
    for (const projectId of new Set(clones.map(clone => clone.projectId))) {
      const known = watched.get(projectId) ?? { dueAtMs: 0, told: '', reported: '', readings: new Map() };
      watched.set(projectId, known);
      try {
        await pollProject(services, projectId, clones, known, stirred.delete(projectId), onError);
      } catch (error) {
        onError(error);
      }
    }
  };
  let line: Promise<void> = Promise.resolve();
  // One after the other, whoever asks for it.
  const round = () => {
    line = line.then(work, work);
    return line;
  };
  const periodic = repeat(round, tickMs, onError);
  return {
    round,
    async close() {
      unsubscribe();
      await periodic.close();
    },
  };
}

async function pollProject(
  services: PollingServices,
  projectId: string,
  clones: readonly Clone[],
  watched: Watched,
  isStirred: boolean,
  onError: (error: unknown) => void,
): Promise<void> {
  const { projects, monotonicMs, corridor } = services;
  const { settings } = await projects.byId(projectId);
  const door = doorOf(corridor, projectId);
  if (monotonicMs() >= watched.dueAtMs) {
    watched.dueAtMs = monotonicMs() + settings['github.pollSeconds'] * 1000;
    const own = clones.filter(clone => clone.projectId === projectId);
    const enterprise = settings['github.address'] || services.signIns.enterprise;
    const repositories = await repositoriesBehind(own, settings, enterprise, onError);
    const standings: KeptStanding[] = [];
    for (const repository of repositories)
      standings.push(await standingAfterReading(services, projectId, repository, settings, watched, door));
    for (const known of [...watched.readings.keys()])
      if (!repositories.some(({ repository }) => repository === known)) watched.readings.delete(known);
    await report(door, watched, standings);
  } else if (!isStirred) return;
  if (settings['github.useSignIn'] === 'answer') await deliverWrites(door, targetsOf(watched));
}

/** The repositories that the clones of one project lead to, each once. */
async function repositoriesBehind(
  clones: readonly Clone[],
  settings: Settings,
  enterprise: string,
  onError: (error: unknown) => void,
): Promise<readonly RemoteRepository[]> {
  const named = settings['github.remotes']
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
  const found = new Map<string, RemoteRepository>();
  for (const { folder } of clones) {
    // A folder in no repository has no remotes, and one that is gone concerns this clone alone.
    const remotes = await remotesOf(folder).catch((error: unknown) => {
      onError(error);
      return [];
    });
    for (const each of repositoriesOf(remotes, named, enterprise)) {
      const known = found.get(each.repository);
      found.set(each.repository, {
        ...each,
        remotes: [...new Set([...(known?.remotes ?? []), ...each.remotes])],
        isFollowed: each.isFollowed || (known?.isFollowed ?? false),
      });
    }
  }
  return [...found.values()];
}

async function standingAfterReading(
  services: PollingServices,
  projectId: string,
  at: RemoteRepository,
  settings: Settings,
  watched: Watched,
  door: Journal,
): Promise<KeptStanding> {
  const { repository, remotes, page, server } = at;
  const convention = labelConventionOf(settings);
  const standing = (state: PollState, reading?: Reading): KeptStanding => ({
    repository,
    remotes: [...remotes],
    page,
    state,
    message: reading?.message ?? messageOf[state] ?? null,
    next: nextOf[state],
    resumes_in_seconds:
      reading && state !== 'ok' && Number.isFinite(reading.dueAtMs)
        ? Math.max(0, Math.ceil((reading.dueAtMs - services.monotonicMs()) / 1000))
        : null,
    read_to: reading?.readTo ?? null,
    convention: writtenOut(convention),
  });
  if (!server) return standing('not_github');
  if (settings['github.useSignIn'] === 'off' || settings['github.labels'] === 'off') return standing('off');
  if (!at.isFollowed) return standing('not_followed');
  const token = services.signIns.tokenOf(projectId, server.host);
  if (token === undefined) {
    watched.readings.delete(repository);
    return standing('signed_out');
  }
  const known = watched.readings.get(repository);
  const reading = known?.token === token ? known : newReading(services, server.api, token, convention);
  if (writtenOut(reading.convention) !== writtenOut(convention)) beginAnew(reading, convention);
  watched.readings.set(repository, reading);
  if (services.monotonicMs() >= reading.dueAtMs) await readOnce(services, at, reading, door);
  return standing(reading.state, reading);
}

function newReading(
  { version, monotonicMs }: PollingServices,
  api: string,
  token: string,
  convention: LabelConvention,
): Reading {
  return {
    token,
    convention,
    client: createGitHubClient({ api, token, version, monotonicMs }),
    state: 'ok',
    message: null,
    failures: 0,
    dueAtMs: 0,
    looksAgainAtMs: monotonicMs() + looksAgainMs,
    readTo: null,
  };
}

/** What was passed over, as labels were written, may mean something now. */
function beginAnew(reading: Reading, convention: LabelConvention): void {
  reading.client.forget();
  reading.convention = convention;
  reading.readTo = null;
}

/** Reads the repository, and decides from how it went when it is read again. */
async function readOnce(
  { monotonicMs }: PollingServices,
  source: RemoteRepository,
  reading: Reading,
  journal: Journal,
): Promise<void> {
  const looksAgain = monotonicMs() >= reading.looksAgainAtMs;
  try {
    await readRepository(journal, {
      client: reading.client,
      source,
      convention: reading.convention,
      looksAgain,
      onRead: readTo => {
        reading.readTo = Math.floor(Date.parse(readTo) / 1000);
      },
    });
    Object.assign(reading, { state: 'ok', message: null, failures: 0, dueAtMs: 0 });
    if (looksAgain) reading.looksAgainAtMs = monotonicMs() + looksAgainMs;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    reading.failures += 1;
    reading.state = error.kind;
    reading.message = error.message;
    reading.dueAtMs = monotonicMs() + waitAfter(error, reading.failures);
  }
}

/** How long a repository is left alone after a failure, in milliseconds. A token that was refused is not sent again. */
function waitAfter({ kind, waitMs }: ApiFailure, failures: number): number {
  if (kind === 'refused') return Number.POSITIVE_INFINITY;
  return waitMs ?? Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs);
}

/** Writes down how it stands, where that is otherwise than before. */
async function report(door: Door, watched: Watched, standings: readonly KeptStanding[]): Promise<void> {
  const told = JSON.stringify(
    standings.map(({ read_to: _, resumes_in_seconds: __, convention: ___, ...shown }) => shown),
  );
  const reported = JSON.stringify([told, standings.map(({ read_to, convention }) => [read_to, convention])]);
  if (reported === watched.reported) return;
  await door.report(standings, told !== watched.told);
  watched.told = told;
  watched.reported = reported;
}

function targetsOf({ readings }: Watched): ReadonlyMap<string, Target> {
  return new Map(
    [...readings]
      .filter(([, { state }]) => state === 'ok')
      .flatMap(([repository, { client }]) => {
        const [, owner, name] = repository.split('/');
        return owner && name ? [[repository, { client, source: { repository, owner, name } }] as const] : [];
      }),
  );
}

interface Door extends Journal, Outbox {
  report(standings: readonly KeptStanding[], tell: boolean): Promise<void>;
}

/** Everything that is read and written down goes through the corridor, as the coordinator's own doing. */
function doorOf(corridor: Corridor, projectId: string): Door {
  const walk = (operation: Operation, input: unknown) =>
    corridor.walk({
      operation,
      input,
      credential: { kind: 'system', name: 'github', projectId },
      door: 'system',
      cwd: null,
    });
  return {
    plan: repository => walk(planGitHubPoll, { repository }) as ReturnType<Journal['plan']>,
    async record(repository, items, facts) {
      await walk(recordGitHubItems, { repository, items, facts });
    },
    async take(repositories) {
      const { writes } = (await walk(takeGitHubWrites, { repositories })) as {
        writes: Awaited<ReturnType<Outbox['take']>>;
      };
      return writes;
    },
    async settle(id, settlement) {
      await walk(settleGitHubWrite, { id, ...settlement });
    },
    async report(repositories, tell) {
      await walk(recordGitHubPolls, { repositories, tell });
    },
  };
}
