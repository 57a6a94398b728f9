import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Corridor } from '../kernel/corridor.ts';
import { reportOf } from '../kernel/errors.ts';
import type { StoreCounts } from './store-counts.ts';
import { storeGauges } from './store-gauges.ts';

/** Upper bounds in seconds: from a lock that is free to a call that waits for a person. */
const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120];

/** What is counted since this coordinator started, and what is in the store, as Prometheus reads it. No label holds what a caller sent. */
export interface Metrics {
  /** A call has walked the corridor. `outcome` is `ok` or the code of its error. */
  called(operation: string, door: string, outcome: string, seconds: number): void;
  /** A request over TCP has been answered. */
  answered(route: string, status: number): void;
  /** Tells how many connections over TCP are open, each time it is asked. */
  countConnections(count: () => number): void;
  /** Adds what Node knows of this process: memory, processor time, event loop. It costs a timer of 10 ms, so only servers do it. */
  includeProcess(): void;
  /** The content type of {@link text}. */
  readonly contentType: string;
  text(): Promise<string>;
}

/** @param count what is in the store, asked each time the numbers are read. */
export function createMetrics(version: string, count: () => Promise<StoreCounts>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const info = new Gauge({
    name: 'interlock_info',
    help: 'The version that runs.',
    labelNames: ['version'],
    registers,
  });
  info.set({ version }, 1);
  const calls = new Counter({
    name: 'interlock_calls_total',
    help: 'Calls of operations, by what became of them: ok, or the code of the error.',
    labelNames: ['operation', 'door', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'interlock_call_duration_seconds',
    help: 'How long calls took, the waiting of those that wait for something included.',
    labelNames: ['operation'],
    buckets: durationBuckets,
    registers,
  });
  const requests = new Counter({
    name: 'interlock_http_requests_total',
    help: 'Requests over TCP that were answered.',
    labelNames: ['route', 'status'],
    registers,
  });
  const readStore = storeGauges(registry, count);
  return {
    called(operation, door, outcome, seconds) {
      calls.inc({ operation, door, outcome });
      durations.observe({ operation }, seconds);
    },
    answered: (route, status) => requests.inc({ route, status }),
    countConnections(count) {
      new Gauge({
        name: 'interlock_http_connections',
        help: 'Open connections over TCP.',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
    includeProcess: () => collectDefaultMetrics({ register: registry }),
    contentType: registry.contentType,
    async text() {
      await readStore();
      return registry.metrics();
    },
  };
}

/** The corridor, with a count of what walks through it. */
export function measured(corridor: Corridor, metrics: Metrics, monotonicMs: () => number): Corridor {
  return {
    async walk(call) {
      const startedMs = monotonicMs();
      const tell = (outcome: string) =>
        metrics.called(call.operation.name, call.door, outcome, (monotonicMs() - startedMs) / 1000);
      try {
        const output = await corridor.walk(call);
        tell('ok');
        return output;
      } catch (error) {
        tell(reportOf(error).code);
        throw error;
      }
    },
  };
}
