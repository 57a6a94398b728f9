import { Worker } from 'node:worker_threads';
import { highestClaim, releaseClaim } from '../host/claim.ts';
import { claimFolder } from '../host/folder.ts';
import type { ParentMessage } from '../host/service.ts';
import type { ThreadMessage, WindowMessage } from '../host/thread-message.ts';
import { InterlockError } from '../kernel/errors.ts';
import { errorOf } from './refusal.ts';
import type { Ending, Starter } from './start.ts';

export interface WorkerOptions {
  readonly home: string;
  readonly databaseUrl?: string;
  /** Where HTTP is offered over TCP, as the person set it; blank: nowhere. */
  readonly listen?: string;
  readonly entryPath: string;
  /** Ask a detached owner to make room. */
  readonly takeOver?: boolean;
  readonly onMessage?: (message: ThreadMessage) => void;
}

export interface WorkerCoordinator {
  readonly start: Starter;
  /**
   * Asks the coordinator something that only the window that runs it may ask, such as `enroll_operator`. It
   * waits for a thread that is starting.
   * @throws InterlockError what the coordinator answers, or `coordinator_unavailable` where this window runs
   * none
   */
  ask(question: ParentMessage): Promise<unknown>;
  /** Ends the thread in good order, if there is one, and waits for it. */
  stop(): Promise<void>;
}

/**
 * Runs the coordinator in a thread of this process, as an editor window does. The thread claims the store by
 * itself, and ends at once where somebody else owns it.
 */
export function startWorker(options: WorkerOptions): WorkerCoordinator {
  const { home, databaseUrl, listen, entryPath, takeOver, onMessage } = options;
  let thread: Worker | undefined;
  const questions = new Map<number, Pending>();
  let asked = 0;

  function start(): { ended: Promise<Ending> } {
    const started = new Worker(entryPath, {
      workerData: { interlock: { home, databaseUrl, listen, takeOver } },
    });
    let ending: Ending = {};
    let owned: number | undefined;
    thread = started;
    started.on('message', (message: ThreadMessage) => {
      if (message.type === 'owner') owned = message.generation;
      if (message.type === 'failed') ending = { failure: message.message };
      if (message.type === 'answer' || message.type === 'refusal') settle(message);
      onMessage?.(message);
    });
    started.on('error', error => {
      ending = { failure: error.message };
    });
    return {
      ended: new Promise(resolve => {
        started.once('exit', () => {
          thread = undefined;
          for (const { reject } of questions.values()) reject(noThread());
          questions.clear();
          resolve(giveUpFor(owned).then(() => ending));
        });
      }),
    };
  }

  function settle(message: ThreadMessage & { type: 'answer' | 'refusal' }): void {
    const question = questions.get(message.to);
    questions.delete(message.to);
    if (message.type === 'answer') question?.resolve(message.result);
    else question?.reject(errorOf(message.report));
  }

  /**
   * A thread that crashed could not give up its claim, and others see only that this process lives. Here it
   * is known that the thread is gone.
   */
  async function giveUpFor(generation: number | undefined): Promise<void> {
    if (generation === undefined) return;
    const folder = await claimFolder(home, databaseUrl);
    const claim = highestClaim(folder);
    if (!claim || claim.generation !== generation || claim.released !== undefined) return;
    releaseClaim(folder, claim, 'the thread that owned it ended');
  }

  return {
    start,
    ask(question) {
      const running = thread;
      if (!running) return Promise.reject(noThread());
      return new Promise((resolve, reject) => {
        asked += 1;
        questions.set(asked, { resolve, reject });
        tell(running, { type: 'question', number: asked, question });
      });
    },
    async stop() {
      const running = thread;
      if (!running) return;
      const ended = new Promise(resolve => running.once('exit', resolve));
      tell(running, { type: 'stop' });
      await ended;
    },
  };
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

function tell(thread: Worker, message: WindowMessage): void {
  thread.postMessage(message);
}

function noThread(): InterlockError {
  return new InterlockError('coordinator_unavailable', 'This window does not run the coordinator.', {
    next: 'Start it with takeOver, so that a detached coordinator makes room.',
  });
}
