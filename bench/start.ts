import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startCoordinator } from './coordinator.ts';
import type { Figure } from './figure.ts';
import { memoryOf } from './process-figures.ts';
import { median, timeOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const rounds = 5;

/** How long a coordinator takes to be ready, and what it takes of the memory when there is nothing to do. */
export async function startFigures(stage: Stage): Promise<Figure[]> {
  const first: number[] = [];
  const later: number[] = [];
  const bare: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await timeOf(() => promisify(execFile)(process.execPath, ['-e', '0'])));
    const home = await stage.newHome();
    const fresh = await startCoordinator(stage, home);
    first.push(fresh.readyAfterMs);
    await fresh.stop();
    const again = await startCoordinator(stage, home);
    later.push(again.readyAfterMs);
    // What starting up has taken is given back within a second.
    await pause(2_000);
    memory.push(memoryOf(again.client.owner.pid));
    await again.stop();
  }
  const beside = `a bare start of Node: ${median(bare).toFixed(0)} ms`;
  return [
    {
      id: 'start.first',
      what: 'coordinator ready, first start on a machine',
      value: median(first),
      unit: 'ms',
      target: { atMost: 1_500 },
      beside,
    },
    {
      id: 'start.later',
      what: 'coordinator ready, later starts',
      value: median(later),
      unit: 'ms',
      target: { atMost: 600 },
      beside,
    },
    {
      id: 'memory.idle',
      what: 'memory of an idle coordinator',
      value: median(memory),
      unit: 'MB',
      target: { atMost: 200 },
    },
  ];
}
