import { userInfo } from 'node:os';
import { chooseStore } from '../coordinator/choose-store.ts';
import type { WorkerOptions } from '../coordinator/client/worker.ts';
import { type Coordinator, connectOrStart } from '../coordinator/client.ts';
import { createWindowCoordinator, type WindowCoordinator } from './coordinator-starter.ts';

export interface StoreDoorOptions extends Pick<WorkerOptions, 'home' | 'entryPath' | 'onMessage'> {
  /** Of a shared Postgres; undefined for the embedded store. Read anew for each attempt. */
  readonly databaseUrl: () => Promise<string | undefined>;
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

export function createStoreDoor({ home, entryPath, databaseUrl, onMessage }: StoreDoorOptions): StoreDoor {
  const forUrl = (url: string | undefined) =>
    createWindowCoordinator({
      home,
      entryPath,
      ...(url === undefined ? {} : { databaseUrl: url }),
      ...(onMessage === undefined ? {} : { onMessage }),
    });
  let window = forUrl(undefined);
  let openedFor: string | undefined;

  return {
    async open(signal) {
      const url = await databaseUrl();
      if (url !== openedFor) {
        await window.stop();
        window = forUrl(url);
        openedFor = url;
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
