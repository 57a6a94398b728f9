import { type Figure, isMet } from './figure.ts';
import type { Machine } from './machine.ts';

export interface Results {
  readonly machine: Machine;
  /** See `loadNow`: before the first measurement and after the last. */
  readonly load: readonly [before: number, after: number];
  readonly figures: readonly Figure[];
  /** Measurements that broke, and why. */
  readonly failures: readonly string[];
}

/** The results as Markdown, as they stand in RESULTS.md. */
export function markdown({ machine, load, figures, failures }: Results): string {
  const { cpu, cores, memoryGB, os, node, date } = machine;
  const met = figures.map(isMet);
  return [
    `${cpu}, ${cores} cores, ${memoryGB} GB, ${os}, Node ${node}, ${date}.`,
    `Load average before and after: ${load.join(' and ')}${busy(machine, load)}.`,
    '',
    ...table([
      ['figure', 'measured', 'target', 'met', 'beside'],
      ...figures.map((figure, index) => rowOf(figure, met[index])),
    ]),
    '',
    `${met.filter(one => one === true).length} of ${met.filter(one => one !== undefined).length} targets met.`,
    ...failures.map(failure => `Not measured: ${failure}`),
  ].join('\n');
}

function busy({ cores }: Machine, load: readonly number[]): string {
  return Math.max(...load) > cores ? ': others were at work, so that times are too long' : '';
}

function rowOf(figure: Figure, met: boolean | undefined): string[] {
  return [
    figure.what,
    `${rounded(figure.value)} ${figure.unit}`,
    targetOf(figure),
    met === undefined ? '' : met ? 'yes' : '**no**',
    figure.beside ?? '',
  ];
}

function targetOf({ target, unit }: Figure): string {
  if (target === undefined) return '';
  return 'atMost' in target ? `≤ ${target.atMost} ${unit}` : `≥ ${target.atLeast} ${unit}`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)];
}

/** Three digits are more than a run can promise. */
export function rounded(value: number): string {
  return value >= 100
    ? value.toLocaleString('en', { maximumFractionDigits: 0 })
    : `${Number(value.toPrecision(3))}`;
}
