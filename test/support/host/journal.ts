import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What owners do, in the order in which they did it: one file that all of them only append to, so that the
 * kernel puts their lines in one order. It knows nothing of claims.
 */
export type Deed = 'begin' | 'beat' | 'row' | 'end' | 'second';

export function note(home: string, deed: Deed, generation: number): void {
  appendFileSync(join(home, 'journal'), `${deed} ${generation} ${process.pid}\n`);
}

export function readJournal(home: string): string {
  return readFileSync(join(home, 'journal'), 'utf8');
}

/** Every sign that two owners lived at the same time, or that one acted after the next had begun. */
export function violationsIn(journal: string): string[] {
  const violations: string[] = [];
  let owner: { generation: number; pid: string; ended: boolean } | undefined;
  for (const line of journal.trimEnd().split('\n')) {
    const [deed, digits, pid = ''] = line.split(' ');
    const generation = Number(digits);
    if (deed === 'begin') {
      if (owner && generation <= owner.generation)
        violations.push(`${line}: generation ${owner.generation} has begun before`);
      owner = { generation, pid, ended: false };
    } else if (deed === 'second') {
      violations.push(`${line}: another owner held the port that only one can hold`);
    } else if (!owner || generation !== owner.generation || pid !== owner.pid) {
      violations.push(`${line}: but the owner was ${owner?.generation} in process ${owner?.pid}`);
    } else if (owner.ended) {
      violations.push(`${line}: after its end`);
    } else if (deed === 'end') {
      owner.ended = true;
    }
  }
  return violations;
}
