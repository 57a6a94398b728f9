import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';

interface GuardResults {
  readonly commands: number;
  readonly figures: Readonly<Record<string, { readonly p50_ms: number; readonly p99_ms: number }>>;
}

/** A verdict of the guard on each command of the corpora, beside another guard (see guard.bench.ts). */
export async function guardFigures(): Promise<Figure[]> {
  const program = join(import.meta.dirname, 'guard.bench.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', program, '--json', '--rounds', '1'],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const { commands, figures } = JSON.parse(stdout) as GuardResults;
  const { interlock: own, 'cc-safety-net': peer } = figures;
  if (own === undefined || peer === undefined) throw new Error('guard.bench.ts measured something else.');
  const what = `guardrail verdict, ${commands.toLocaleString('en')} commands`;
  return [
    {
      id: 'guard.p50',
      what: `${what}: median`,
      value: own.p50_ms,
      unit: 'ms',
      target: { atMost: 0.3 },
      beside: `cc-safety-net: ${peer.p50_ms.toFixed(2)} ms`,
    },
    {
      id: 'guard.p99',
      what: `${what}: 99th percentile`,
      value: own.p99_ms,
      unit: 'ms',
      target: { atMost: 5 },
      beside: `cc-safety-net: ${peer.p99_ms.toFixed(2)} ms`,
    },
  ];
}
