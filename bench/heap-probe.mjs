// Loaded into a coordinator that is measured (`node --import`): every few seconds it collects all garbage and adds a line
// with what is left to the file that the environment names.
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const file = process.env.INTERLOCK_BENCH_HEAP;
if (file !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const sample = () => {
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    appendFileSync(file, `${JSON.stringify({ atMs: performance.now(), heapUsed, external, rss })}\n`);
  };
  setInterval(sample, 10_000).unref();
}
