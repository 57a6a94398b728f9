import { startWorker, type WorkerOptions } from '../coordinator/client/worker.ts';
import type { Starter } from '../coordinator/client.ts';
import { InterlockError } from '../coordinator/kernel/errors.ts';

/** The coordinator as this window can run it: in a thread of the extension host, so that the editor never waits for the database. */
export interface WindowCoordinator {
  /** Starts it where nobody owns the store. */
  readonly start: Starter;
  /** Starts it in the place of a detached coordinator, which is asked to make room. */
  readonly takeOver: Starter;
  /**
   * Makes a person known to the store, which only the window that runs the coordinator may ask for.
   * @throws InterlockError `coordinator_unavailable` where another window or process runs it, or what it answers
   */
  enrolOperator(name: string, keyHash: string): Promise<void>;
  stop(): Promise<void>;
}

export function createWindowCoordinator(options: Omit<WorkerOptions, 'takeOver'>): WindowCoordinator {
  const patient = startWorker(options);
  const claiming = startWorker({ ...options, takeOver: true });
  return {
    start: patient.start,
    takeOver: claiming.start,
    async enrolOperator(name, keyHash) {
      const question = { type: 'enroll_operator', name, key_hash: keyHash };
      await claiming.ask(question).catch((error: unknown) => {
        if (error instanceof InterlockError && error.code === 'coordinator_unavailable')
          return patient.ask(question);
        throw error;
      });
    },
    async stop() {
      await Promise.all([patient.stop(), claiming.stop()]);
    },
  };
}
