import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type ConnectOptions, type Coordinator, connectOrStart } from '../../../src/coordinator/client.ts';
import { bundleTinyCoordinator, type Processes, type ProcessOptions, processesOf } from './processes.ts';

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
  let bundle = '';
  let home = '';
  let processes: Processes[] = [];
  let coordinators: Coordinator[] = [];

  beforeAll(async () => {
    bundle = await mkdtemp(join(tmpdir(), 'il-'));
    await bundleTinyCoordinator(bundle);
  });
  afterAll(() => rm(bundle, { recursive: true, force: true }));

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'il-'));
  });
  afterEach(async () => {
    for (const coordinator of coordinators) coordinator.close();
    await Promise.all(processes.map(each => each.killAll()));
    coordinators = [];
    processes = [];
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  });

  const suite: TinySuite = {
    get entryPath() {
      return join(bundle, 'tiny-coordinator.mjs');
    },
    get home() {
      return home;
    },
    processes(options = {}) {
      const made = processesOf({ entryPath: suite.entryPath, home, ...options });
      processes.push(made);
      return made;
    },
    async connect(options = {}) {
      const start = options.start ?? suite.processes().start;
      const coordinator = await connectOrStart({ home, ...options, start });
      coordinators.push(coordinator);
      return coordinator;
    },
  };
  return suite;
}
