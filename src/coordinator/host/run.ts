import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Handshake, oldestProtocol, protocol } from '../handshake.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { ListenWords } from '../listen-config.ts';
import { type Claim, socketOf } from './claim.ts';
import { claimFolder } from './folder.ts';
import { createFront, type Front } from './front.ts';
import { watchIdleness } from './idle.ts';
import { publishLink } from './link.ts';
import { becomeOwner, type Ownership } from './ownership.ts';
import { askToRetire } from './retire.ts';
import type { GitHubWords, Service, StartService } from './service.ts';

export interface HostOptions {
  readonly home: string;
  /**
   * A shared Postgres instead of the embedded store. One coordinator serves it per home, so per machine and
   * user.
   */
  readonly databaseUrl?: string;
  /** HTTP over TCP, where it is wanted. */
  readonly http?: ListenWords;
  /** The sign-in to GitHub that the process was started with. */
  readonly github?: GitHubWords;
  readonly mode: Claim['mode'];
  readonly version: string;
  /** A detached coordinator ends after this time without anybody connected; absent: never. */
  readonly idleAfterMs?: number;
  /** Ask a detached owner to make room, as an editor window does and whoever copies the store. */
  readonly takeOver?: boolean;
  /** Called once this process owns the store. */
  readonly startService: StartService;
  /**
   * Called when the right to the store is lost without the store being closed. It must end the process or
   * thread at once, as `kill -9` would.
   */
  readonly abandon: (reason: string) => void;
  /** Called once, when this process owns the store. */
  readonly openLog: () => Promise<Log>;
  readonly onEvent?: (event: HostEvent) => void;
}

/** After `stopped` nothing is open any more. */
export type HostEvent =
  | { readonly event: 'owner'; readonly generation: number }
  | { readonly event: 'ready'; readonly generation: number; readonly schemaVersion: number }
  | { readonly event: 'failed'; readonly error: unknown }
  /** `retired`: because somebody asked this owner to make room, as who takes over for a while does. */
  | { readonly event: 'stopped'; readonly retired: boolean };

export interface Hosting {
  readonly claim: Claim;
  /** Settles when the service is open, or rejects with the reason why it cannot be opened. */
  readonly ready: Promise<Service>;
  /**
   * Stops in good order: answers what is in flight, closes the store, gives up the claim, and only then the
   * socket.
   */
  stop(reason: string): Promise<void>;
}

/** How long requests in flight have to finish, and how long a failed start goes on telling why. */
const graceMs = 5_000;
const failureLingersMs = 5_000;
/** Longer than a good ending takes: the time for requests in flight, and the closing of the store. */
const retiringTakesMs = 15_000;

/**
 * Owns the store and serves it from this process or thread; or returns the claim of whoever owns it already.
 * @throws InterlockError `store_unavailable` where the last owner can be proved neither alive nor gone.
 */
export async function host(options: HostOptions): Promise<Hosting | { readonly takenBy: Claim }> {
  const folder = await claimFolder(options.home, options.databaseUrl);
  let hosting: ReturnType<typeof carry> | undefined;
  const front = createFront({
    onRetire(reason) {
      if (options.mode === 'worker') return endsWithItsWindow();
      void hosting?.retire(reason);
      return undefined;
    },
  });
  const ownership = await own(options, folder, front.server);
  if ('takenBy' in ownership) return ownership;
  hosting = carry(options, folder, front, ownership);
  return hosting;
}

async function own(
  options: HostOptions,
  folder: string,
  server: Server,
): Promise<Ownership | { takenBy: Claim }> {
  const { mode, version, takeOver } = options;
  const giveUpAt = performance.now() + retiringTakesMs;
  for (;;) {
    const outcome = await becomeOwner({ folder, server, mode, version });
    if (!('takenBy' in outcome) || !takeOver || outcome.takenBy.mode === 'worker') return outcome;
    if (performance.now() > giveUpAt) return outcome;
    const who = mode === 'worker' ? 'an editor window takes over' : `process ${process.pid} needs the store`;
    await askToRetire(socketOf(folder, outcome.takenBy), who);
    await pause(20);
  }
}

function carry(
  options: HostOptions,
  folder: string,
  front: Front,
  ownership: Ownership,
): Hosting & { retire(reason: string): Promise<void> } {
  const { home, databaseUrl, http, github, mode, version, idleAfterMs } = options;
  const { claim } = ownership;
  const { generation } = claim;
  const tell = options.onEvent ?? (() => undefined);
  let stopping: Promise<void> | undefined;
  let retired = false;
  let endIdleWatch = (): void => undefined;

  tell({ event: 'owner', generation });
  const logging = options.openLog();
  const ready = open();
  ready.catch(fail);
  // A connection that could not be accepted, for want of file descriptors for example, is no reason to end.
  front.server.on('error', error => logging.then(log => log.error({ err: error }, 'a connection failed')));
  ownership.watch(trouble => {
    if (trouble === 'cut off') void stop('the socket file was deleted');
    else options.abandon('the claim was deleted, or another process claimed the store');
  });

  async function open(): Promise<Service> {
    const log = await logging;
    log.info({ generation, mode, version }, 'owner of the store');
    const end = (reason: string) => void stop(reason);
    const service = await options.startService({
      home,
      databaseUrl,
      http,
      ...(github ? { github } : {}),
      mode,
      version,
      generation,
      log,
      end,
    });
    front.open(service, handshakeOf(claim, folder, service));
    publishLink(folder, claim);
    const { schemaVersion } = service;
    log.info({ generation, schemaVersion }, 'ready');
    tell({ event: 'ready', generation, schemaVersion });
    if (idleAfterMs !== undefined && !stopping) endIdleWatch = endWhenIdle(service, idleAfterMs);
    return service;
  }

  function endWhenIdle(service: Service, afterMs: number): () => void {
    return watchIdleness({
      server: front.server,
      connections: front.connections,
      afterMs,
      isBusy: () => service.isBusy?.() ?? false,
      onIdle: () => void stop(`nobody was connected for ${afterMs / 1000} s`),
    });
  }

  function stop(reason: string): Promise<void> {
    stopping ??= close(reason);
    return stopping;
  }

  function retire(reason: string): Promise<void> {
    retired ||= stopping === undefined;
    return stop(`asked to retire: ${reason}`);
  }

  async function close(reason: string): Promise<void> {
    endIdleWatch();
    const service = await ready.catch(() => undefined);
    // A failed start ends by itself, and has no closed store to give up.
    if (!service) return;
    const log = await logging;
    log.info({ generation, reason }, 'stopping');
    await Promise.all([front.drain(graceMs), service.drain?.(graceMs)]);
    await service.close();
    ownership.release(reason);
    await front.close();
    log.info({ generation }, 'stopped');
    tell({ event: 'stopped', retired });
  }

  async function fail(error: unknown): Promise<void> {
    front.fail(error);
    tell({ event: 'failed', error });
    const log = await logging;
    log.error({ generation, err: error }, 'could not start');
    await pause(failureLingersMs);
    await front.close();
    tell({ event: 'stopped', retired });
  }

  return { claim, ready, stop, retire };
}

function handshakeOf(claim: Claim, folder: string, service: Service): Handshake {
  const { generation, mode, startedAt, holder, version } = claim;
  return {
    version,
    protocol,
    oldestProtocol,
    schemaVersion: service.schemaVersion,
    owner: { pid: holder.pid, generation, mode, startedAt },
    store: folder,
  };
}

function endsWithItsWindow(): InterlockError {
  return new InterlockError(
    'operation_not_permitted',
    'This coordinator runs in an editor window and ends with it.',
    {
      next: 'Close that window, or work with its coordinator.',
    },
  );
}
