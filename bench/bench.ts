/**
 * `npm run bench`: measures what is built in dist/ and prints the table of RESULTS.md; the same goes to results.json.
 * Progress is told on standard error. `-- --only locks,hook` leaves the rest out,
 * `--load-minutes 10` lets the load of fifty agents go on for so long on each database (5).
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { approvalFigures } from './approval.ts';
import { type Figure, isMet } from './figure.ts';
import { guardFigures } from './guard.ts';
import { hookFigures } from './hook.ts';
import { loadFigures } from './load.ts';
import { lockFigures } from './locks.ts';
import { describeMachine, loadNow } from './machine.ts';
import { packageFigures } from './package-size.ts';
import { policyFigures } from './policy.ts';
import { queueFigures } from './queue.ts';
import { recallFigures } from './recall.ts';
import { markdown, type Results, rounded } from './report.ts';
import { openStage, type Stage } from './stage.ts';
import { startFigures } from './start.ts';
import { verificationFigures } from './verification.ts';

const measurements: Readonly<Record<string, (stage: Stage) => Promise<Figure[]>>> = {
  start: startFigures,
  locks: lockFigures,
  queue: queueFigures,
  load: loadFigures,
  hook: hookFigures,
  approval: approvalFigures,
  verification: verificationFigures,
  guard: guardFigures,
  policy: policyFigures,
  recall: recallFigures,
  package: packageFigures,
};

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, 'load-minutes': { type: 'string', default: '5' } },
});
const chosen = options.only?.split(',') ?? Object.keys(measurements);

const stage = await openStage({ loadMs: Number(options['load-minutes']) * 60_000 });
try {
  const results = await measure(stage);
  await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  process.stdout.write(`${markdown(results)}\n`);
  if (results.failures.length > 0) process.exitCode = 1;
} finally {
  await stage.close();
}

/** One that breaks does not keep the others from being measured. */
async function measure(stage: Stage): Promise<Results> {
  const before = loadNow();
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const name of chosen) {
    const measurement = measurements[name];
    if (!measurement)
      throw new Error(`There is no measurement ${name}; there are: ${Object.keys(measurements)}`);
    stage.say(`${name} …`);
    try {
      const measured = await measurement(stage);
      figures.push(...measured);
      for (const figure of measured) stage.say(lineOf(figure));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      failures.push(`${name}: ${reason}`);
      stage.say(`  broke: ${error instanceof Error ? error.stack : reason}`);
    }
  }
  return { machine: describeMachine(), load: [before, loadNow()], figures, failures };
}

function lineOf(figure: Figure): string {
  const met = isMet(figure);
  const mark = met === undefined ? ' ' : met ? '✓' : '✗';
  return `  ${mark} ${figure.what}: ${rounded(figure.value)} ${figure.unit}`;
}
