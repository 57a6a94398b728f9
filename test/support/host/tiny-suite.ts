import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type ConnectOptions, type Coordinator, connectOrStart } from '../../../src/coordinator/client.ts';
import {
  bundleTinyCoordinator,
  type Processes,
  type ProcessOptions,
  processesOf,
  type TemporaryFolder,
  temporaryFolder,
} from './processes.ts';

export interface TinySuite {
  /** Bundled once for the suite. */
  readonly entryPath: string;
  /** Another folder for each test. */
  readonly home: string;
  processes(options?: Partial<ProcessOptions>): Processes;
  /** A client that starts a tiny coordinator where there is none. */
  connect(options?: Partial<ConnectOptions>): Promise<Coordinator>;
}

/** For tests about processes: whatever a test starts has ended after it. */
export function tinySuite(): TinySuite {
  let bundle: TemporaryFolder;
  let home: TemporaryFolder;
  let processes: Processes[] = [];
  let coordinators: Coordinator[] = [];

  beforeAll(async () => {
    bundle = await temporaryFolder();
    await bundleTinyCoordinator(bundle.path);
  });
  afterAll(() => bundle[Symbol.asyncDispose]());

  beforeEach(async () => {
    home = await temporaryFolder();
  });
  afterEach(async () => {
    for (const coordinator of coordinators) coordinator.close();
    await Promise.all(processes.map(each => each.killAll()));
    coordinators = [];
    processes = [];
    await home[Symbol.asyncDispose]();
  });

  const suite: TinySuite = {
    get entryPath() {
      return join(bundle.path, 'tiny-coordinator.mjs');
    },
    get home() {
      return home.path;
    },
    processes(options = {}) {
      const made = processesOf({ entryPath: suite.entryPath, home: home.path, ...options });
      processes.push(made);
      return made;
    },
    async connect(options = {}) {
      const start = options.start ?? suite.processes().start;
      const coordinator = await connectOrStart({ home: home.path, ...options, start });
      coordinators.push(coordinator);
      return coordinator;
    },
  };
  return suite;
}
