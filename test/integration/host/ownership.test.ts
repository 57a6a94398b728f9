import { describe, expect, test } from 'vitest';
import { highestClaim } from '../../../src/coordinator/host/claim.ts';
import { readJournal, violationsIn } from '../../support/host/journal.ts';
import { freePort, type Processes } from '../../support/host/processes.ts';
import { rowsFile } from '../../support/host/tiny-service.ts';
import { tinySuite } from '../../support/host/tiny-suite.ts';
import { lostRows, type TurmoilOutcome, turmoil } from '../../support/host/turmoil.ts';

const suite = tinySuite();

describe('many starters at once, killed and suspended at random moments', () => {
  test('never make two owners, and lose no row that was answered for, in 320 rounds', {
    timeout: 600_000,
  }, async () => {
    const processes = await witnessed();
    const rounds = 320;
    const outcome = await run(processes, rounds);
    const journal = readJournal(suite.home);
    expect(violationsIn(journal)).toEqual([]);
    expect(lostRows(outcome.acknowledged, rowsFile(suite.home))).toEqual([]);
    expect(processes.failures).toEqual([]);
    // That it was a turmoil at all: many owners, many more starters, and deaths in the middle of it.
    const owners = journal.match(/^begin/gm)?.length ?? 0;
    expect(owners).toBeGreaterThan(rounds / 2);
    expect(processes.started).toBeGreaterThan(rounds * 2);
    expect(outcome.kills).toBeGreaterThan(rounds / 2);
    expect(outcome.suspensions).toBeGreaterThan(rounds / 10);
    expect(outcome.acknowledged).toHaveLength(rounds * clients * rowsPerClient);
    expect(highestClaim(suite.home)?.generation).toBeGreaterThanOrEqual(owners);
    console.log({
      started: processes.started,
      owners,
      rows: outcome.acknowledged.length,
      ...countsOf(outcome),
    });
  });

  test('are seen by the same checks to make two owners where sockets are replaced, as is usual', {
    timeout: 120_000,
  }, async () => {
    const processes = await witnessed({ TINY_CLAIM: 'broken' });
    let violations: string[] = [];
    for (let tries = 0; tries < 20 && violations.length === 0; tries += 1) {
      // Clients of two owners may well fail; it is the witnesses that are being tested.
      await run(processes, 5).catch(() => processes.killAll());
      violations = violationsIn(readJournal(suite.home));
    }
    expect(violations).not.toEqual([]);
    // Each witness by itself: the order of deeds in the journal, and the port.
    expect(violations.some(violation => violation.startsWith('second'))).toBe(true);
    expect(violations.some(violation => /^(?:begin|beat|row)/.test(violation))).toBe(true);
  });
});

const clients = 4;
const rowsPerClient = 2;

async function witnessed(env: NodeJS.ProcessEnv = {}): Promise<Processes> {
  return suite.processes({ env: { ...env, TINY_PORT: String(await freePort()) } });
}

function run(processes: Processes, rounds: number): Promise<TurmoilOutcome> {
  return turmoil({
    home: suite.home,
    processes,
    rounds,
    clients,
    rowsPerClient,
    random: Math.random,
    write: async (coordinator, row) => {
      const { status } = await coordinator.request('POST', '/rows', { body: row, retry: true });
      expect(status).toBe(200);
    },
  });
}

function countsOf({ kills, suspensions }: TurmoilOutcome): { kills: number; suspensions: number } {
  return { kills, suspensions };
}
