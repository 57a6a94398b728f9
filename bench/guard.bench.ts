/**
 * The guard beside cc-safety-net, in one process and one run: what each catches, what each stops without need, and how
 * long a verdict takes. `npx tsx bench/guard.bench.ts [--json] [--rows] [--rounds 5]`
 */
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { cpus, homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkCommand } from 'cc-safety-net/api';
import { readAsset } from '../src/coordinator/assets.ts';
import { createGuard } from '../src/coordinator/guardrails/engine.ts';
import { readCases } from '../test/support/guard-cases.ts';

interface Row {
  readonly set: string;
  readonly command: string;
  readonly dangerous: boolean;
}

/** An empty directory that is no repository: neither guard can know more than the other. Not in /tmp, where deleting is free. */
const home = homedir();
const cwd = mkdtempSync(`${home}/guard-bench-`);
process.on('exit', () => rmdirSync(cwd));

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Lists what was missed and what was stopped without need. */
    rows: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
  },
});

/** Measured after as many rounds as it takes to be compiled. */
const warmRounds = 2;
const measuredRounds = Number(options.rounds);

interface Corpus {
  readonly source: string;
  readonly path: string;
  readonly command: string;
  readonly label: string;
}

/**
 * Labels keep the meaning they have where they come from. Left out: rows that only hold under settings of their test (custom
 * rules), and commands that the same source labels both ways depending on its options.
 */
function corpora(): Row[] {
  const folder = fileURLToPath(new URL('../test/guardrails/corpora/', import.meta.url));
  const rows = readdirSync(folder)
    .filter(name => name.endsWith('.jsonl'))
    .flatMap(name =>
      readFileSync(`${folder}${name}`, 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Corpus),
    )
    .filter(row => !row.path.includes('custom') && row.command.trim() !== '');
  const labels = new Map<string, Set<string>>();
  const keyOf = (row: Corpus) => `${row.source} ${row.command}`;
  for (const row of rows) labels.set(keyOf(row), (labels.get(keyOf(row)) ?? new Set()).add(row.label));
  const seen = new Set<string>();
  return rows.flatMap(row => {
    // `ask` there means: not on the list of what runs unasked, `ls` included; it says nothing about danger.
    if (row.label === 'ask' || seen.has(keyOf(row)) || (labels.get(keyOf(row))?.size ?? 0) > 1) return [];
    seen.add(keyOf(row));
    return [{ set: row.source, command: row.command, dangerous: row.label === 'block' }];
  });
}

/** The project's own cases, where they need no repository or file around them. */
function ownCases(): Row[] {
  return [...readCases()].flatMap(([name, groups]) =>
    groups
      .filter(group => group.context === undefined)
      .flatMap(group =>
        group.commands.map(command => ({
          set: `own: ${name}`,
          command,
          dangerous: group.verdict !== 'allow',
        })),
      ),
  );
}

interface Figures {
  dangerous: number;
  caught: number;
  harmless: number;
  asked: number;
  blocked: number;
}

type Check = (command: string) => Promise<'allow' | 'ask' | 'block'>;

const guard = await createGuard({ asset: readAsset, disk: { readFile: () => undefined } });
const guards: Record<string, Check> = {
  interlock: async text => (await guard.judge({ command: { text, cwd } }, { trust: 2, home, cwd })).verdict,
  'cc-safety-net': async command => (checkCommand({ command, cwd }).kind === 'deny' ? 'ask' : 'allow'),
};

async function measure(check: Check, rows: readonly Row[]) {
  const sets = new Map<string, Figures>();
  const missed: Row[] = [];
  const stopped: Row[] = [];
  for (const row of rows) {
    const verdict = await check(row.command);
    const figures = sets.get(row.set) ?? { dangerous: 0, caught: 0, harmless: 0, asked: 0, blocked: 0 };
    sets.set(row.set, figures);
    if (row.dangerous) {
      figures.dangerous++;
      if (verdict === 'allow') missed.push(row);
      else figures.caught++;
    } else {
      figures.harmless++;
      if (verdict === 'ask') figures.asked++;
      if (verdict === 'block') figures.blocked++;
      if (verdict !== 'allow') stopped.push(row);
    }
  }
  // The best of several rounds for each command: what the verdict costs, not what else the machine was doing.
  const best = new Array<number>(rows.length).fill(Number.POSITIVE_INFINITY);
  for (let round = 0; round < warmRounds + measuredRounds; round++) {
    for (const [index, row] of rows.entries()) {
      const started = performance.now();
      await check(row.command);
      const took = performance.now() - started;
      if (round >= warmRounds) best[index] = Math.min(best[index] ?? took, took);
    }
  }
  best.sort((a, b) => a - b);
  const at = (share: number) => best[Math.floor(best.length * share)] ?? 0;
  return { sets, missed, stopped, p50: at(0.5), p99: at(0.99) };
}

const rows = [...corpora(), ...ownCases()];
const results = new Map<string, Awaited<ReturnType<typeof measure>>>();
for (const [name, check] of Object.entries(guards)) results.set(name, await measure(check, rows));

const share = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

if (options.json) {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`;
  const figures = Object.fromEntries(
    [...results].map(([name, result]) => [
      name,
      { sets: Object.fromEntries(result.sets), p50_ms: result.p50, p99_ms: result.p99 },
    ]),
  );
  console.log(JSON.stringify({ machine, commands: rows.length, figures }, undefined, 2));
} else {
  for (const [name, result] of results) {
    console.log(`\n${name}   p50 ${result.p50.toFixed(3)} ms   p99 ${result.p99.toFixed(3)} ms`);
    for (const [set, f] of result.sets) {
      const caught = `caught ${f.caught}/${f.dangerous} (${share(f.caught, f.dangerous)})`;
      console.log(
        `  ${set.padEnd(34)} ${caught.padEnd(28)} stopped without need ${f.asked + f.blocked}/${f.harmless} (${share(f.asked + f.blocked, f.harmless)})`,
      );
    }
  }
  if (options.rows) {
    const own = results.get('interlock');
    for (const row of own?.missed ?? []) console.log('missed ', row.set, JSON.stringify(row.command));
    for (const row of own?.stopped ?? []) console.log('stopped', row.set, JSON.stringify(row.command));
  }
}
