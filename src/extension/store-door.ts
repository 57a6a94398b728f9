import { userInfo } from 'node:os';
import { chooseStore } from '../coordinator/choose-store.ts';
import type { WorkerOptions } from '../coordinator/client/worker.ts';
import { type Coordinator, connectOrStart } from '../coordinator/client.ts';
import { createWindowCoordinator, type WindowCoordinator } from './coordinator-starter.ts';

export interface StoreDoorOptions extends Pick<WorkerOptions, 'home' | 'entryPath' | 'onMessage'> {
  /** Of a shared Postgres; undefined for the embedded store. Read anew for each attempt. */
  readonly databaseUrl: () => Promise<string | undefined>;
  /** Where HTTP is offered over TCP; blank: nowhere. Read anew for each attempt. */
  readonly listen: () => string;
}

/** The way of this window to the store: it connects to whoever owns it, or owns it itself. */
export interface StoreDoor {
  open(signal: AbortSignal): Promise<Coordinator>;
  /** The coordinator as this window can run it, for the store that was opened last. */
  readonly window: WindowCoordinator;
  /** What others see of the person at this editor. */
  readonly personName: string;
  close(): Promise<void>;
}

export function createStoreDoor(options: StoreDoorOptions): StoreDoor {
  const { home, entryPath, databaseUrl, onMessage } = options;
  const windowFor = (url: string | undefined, listen: string) =>
    createWindowCoordinator({
      home,
      entryPath,
      listen,
      ...(url === undefined ? {} : { databaseUrl: url }),
      ...(onMessage === undefined ? {} : { onMessage }),
    });
  let openedFor: { readonly url: string | undefined; readonly listen: string } = {
    url: undefined,
    listen: options.listen(),
  };
  let window = windowFor(openedFor.url, openedFor.listen);

  return {
    async open(signal) {
      const url = await databaseUrl();
      const listen = options.listen();
      if (url !== openedFor.url || listen !== openedFor.listen) {
        await window.stop();
        window = windowFor(url, listen);
        openedFor = { url, listen };
      }
      await chooseStore(home, url);
      return connectOrStart({
        home,
        start: window.start,
        signal,
        ...(url === undefined ? {} : { databaseUrl: url }),
      });
    },
    get window() {
      return window;
    },
    personName: nameOfPerson(),
    close: () => window.stop(),
  };
}

/** The name of the account: an editor knows no better one without signing in anywhere. */
function nameOfPerson(): string {
  try {
    return userInfo().username || 'operator';
  } catch {
    // An account without an entry, as containers have.
    return 'operator';
  }
}
