import { parseArgs } from 'node:util';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { exportAudit, verifyExport } from './audit-files.ts';
import { asLocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson, printLine, styled } from './print.ts';

/** At 50,000 records a second this is enough for a hundred million of them. */
const longestVerificationMs = 30 * 60_000;

interface Verification {
  readonly status: 'ok' | 'tampered';
  readonly records: number;
  readonly records_per_second: number;
  readonly first_sequence: number;
  readonly pins_not_checked: number;
  readonly first_bad?: { readonly sequence: number; readonly kind: string };
  /** The last point of the chain, where it is whole. */
  readonly head?: { readonly sequence: number; readonly hash: string };
}

const knownWays =
  'interlock: audit knows two things to do: audit verify [--json] [--pin <sequence>:<hash>]… [--file <export>], and audit export [--out <file>]\n';

/**
 * `audit verify [--json] [--pin <sequence>:<hash>]… [--file <export>]`: recomputes the hash chain of this project's record, or of an
 * exported part of it. The pins are points of it that somebody wrote down elsewhere, which is what shows a chain that was
 * rewritten as a whole. `audit export [--out <file>]`: writes the record as JSON Lines.
 */
export const audit: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      pin: { type: 'string', multiple: true, default: [] },
      file: { type: 'string' },
      out: { type: 'string' },
    },
    allowPositionals: true,
  });
  const way = positionals.join(' ');
  if (way === 'export') return exportAudit(environment, values.out);
  if (way !== 'verify') {
    process.stderr.write(knownWays);
    return exitCodes.usage;
  }
  if (values.file !== undefined) return verifyExport(values.file, values.json ?? false);
  const pins = values.pin.map(pinOf);
  const found = (await asLocalCaller(environment, ({ call }) =>
    call('verify_audit', { pins }, longestVerificationMs),
  )) as Verification;
  const { status, records, records_per_second, first_bad } = found;
  if (values.json) printJson({ status, records, records_per_second, ...(first_bad ? { first_bad } : {}) });
  else print(found);
  return status === 'ok' ? exitCodes.ok : exitCodes.bad;
};

function pinOf(text: string): { sequence: number; hash: string } {
  const [, sequence, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined) {
    throw new InterlockError('invalid_input', `--pin: ${JSON.stringify(text)} is no point of the record.`, {
      next: 'It is <sequence>:<hash>, as an earlier verification printed it.',
    });
  }
  return { sequence: Number(sequence), hash };
}

function print(found: Verification): void {
  const { status, records, records_per_second, first_sequence, pins_not_checked, first_bad, head } = found;
  const speed = `${records_per_second.toLocaleString('en')} a second`;
  if (status === 'ok' || !first_bad) {
    printLine(
      `${styled('green', 'ok')}: ${records} records, each where it belongs and as it was written (${speed}).`,
    );
  } else {
    printLine(
      `${styled('red', 'tampered')}: record ${first_bad.sequence} is the first that is not right (${first_bad.kind}); ${records} before it are.`,
    );
  }
  if (first_sequence > 1) {
    printLine(
      `What lies before record ${first_sequence} was exported and removed: verify --file verifies the exports.`,
    );
  }
  if (pins_not_checked > 0)
    printLine(`${pins_not_checked} of the pins are about removed records, and were not compared.`);
  if (head) {
    printLine(
      `Keep this outside the database, and verify against it later: --pin ${head.sequence}:${head.hash}`,
    );
  }
}
