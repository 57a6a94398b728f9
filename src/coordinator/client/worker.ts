import { Worker } from 'node:worker_threads';
import { highestClaim, releaseClaim } from '../host/claim.ts';
import { claimFolder } from '../host/folder.ts';
import type { ThreadMessage } from '../host/thread-message.ts';
import type { Ending, Starter } from './start.ts';

export interface WorkerOptions {
  readonly home: string;
  readonly databaseUrl?: string;
  readonly entryPath: string;
  /** Ask a detached owner to make room. */
  readonly takeOver?: boolean;
  readonly onMessage?: (message: ThreadMessage) => void;
}

export interface WorkerCoordinator {
  readonly start: Starter;
  /** Reaches the thread only while it owns the store; returns whether it does. */
  post(message: { readonly type: string; readonly [field: string]: unknown }): boolean;
  /** Ends the thread in good order, if there is one, and waits for it. */
  stop(): Promise<void>;
}

/**
 * Runs the coordinator in a thread of this process, as an editor window does. The thread claims the store by itself,
 * and ends at once where somebody else owns it.
 */
export function startWorker(options: WorkerOptions): WorkerCoordinator {
  const { home, databaseUrl, entryPath, takeOver, onMessage } = options;
  let thread: Worker | undefined;
  let owned: number | undefined;

  function start(): { ended: Promise<Ending> } {
    const started = new Worker(entryPath, { workerData: { interlock: { home, databaseUrl, takeOver } } });
    let ending: Ending = {};
    thread = started;
    started.on('message', (message: ThreadMessage) => {
      if (message.type === 'owner') owned = message.generation;
      if (message.type === 'failed') ending = { failure: message.message };
      onMessage?.(message);
    });
    started.on('error', error => {
      ending = { failure: error.message };
    });
    return {
      ended: new Promise(resolve => {
        started.once('exit', () => {
          thread = undefined;
          resolve(giveUpFor(owned).then(() => ending));
          owned = undefined;
        });
      }),
    };
  }

  /**
   * A thread that crashed could not give up its claim, and others see only that this process lives. Here it is known
   * that the thread is gone.
   */
  async function giveUpFor(generation: number | undefined): Promise<void> {
    const folder = await claimFolder(home, databaseUrl);
    const claim = highestClaim(folder);
    if (!claim || claim.generation !== generation || claim.released !== undefined) return;
    releaseClaim(folder, claim, 'the thread that owned it ended');
  }

  return {
    start,
    post(message) {
      if (owned === undefined) return false;
      thread?.postMessage(message);
      return true;
    },
    async stop() {
      const running = thread;
      if (!running) return;
      const ended = new Promise(resolve => running.once('exit', resolve));
      running.postMessage({ type: 'stop' });
      await ended;
    },
  };
}
