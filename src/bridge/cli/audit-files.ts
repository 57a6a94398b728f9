import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkExport, headerLine, recordLine } from '../../coordinator/audit/export.ts';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { asLocalCaller, type LocalCaller } from './call.ts';
import { exitCodes } from './command.ts';
import { printJson, printLine, styled } from './print.ts';

interface Page {
  readonly project_id: string;
  readonly after: { readonly sequence: number; readonly hash: string };
  readonly records: readonly {
    readonly sequence: number;
    readonly micros: string;
    readonly hash: string;
    readonly body: string;
  }[];
  readonly next_after: number | null;
}

/** Writes the record of this project to the file, or to standard output. */
export async function exportAudit(environment: Environment, out: string | undefined): Promise<number> {
  await asLocalCaller(environment, async ({ call }) => {
    const lines = Readable.from(linesOf(call));
    if (out === undefined) await pipeline(lines, process.stdout, { end: false });
    else await pipeline(lines, createWriteStream(out, { mode: 0o600 })).catch(noFile(out));
  });
  return exitCodes.ok;
}

function noFile(out: string) {
  return (cause: unknown): never => {
    // What the coordinator refuses comes this way, too, and says itself what it is.
    if (!(cause instanceof Error) || !('syscall' in cause)) throw cause;
    throw new InterlockError('invalid_input', `--out: ${out} cannot be written: ${cause.message}.`, {
      next: 'Name a file in a folder that is there and can be written to.',
      cause,
    });
  };
}

async function* linesOf(call: LocalCaller['call']): AsyncGenerator<string> {
  let after: number | null | undefined;
  do {
    const page = (await call('export_audit', after === undefined ? {} : { after })) as Page;
    if (after === undefined) yield headerLine(page.project_id, page.after);
    for (const { hash, ...link } of page.records)
      yield recordLine({ ...link, hash: Buffer.from(hash, 'hex') });
    after = page.next_after;
  } while (after !== null);
}

/** Recomputes the chain of an exported file, without any database. */
export async function verifyExport(file: string, asJson: boolean): Promise<number> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const { projectId, after, end, badSequence } = await checkExport(lines).catch((cause: unknown) => {
    throw new InterlockError(
      'invalid_input',
      `--file: ${file} is no export of an audit log: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { next: 'audit export writes one.', cause },
    );
  });
  const status = badSequence === undefined ? 'ok' : 'tampered';
  const records = end.sequence - after.sequence;
  if (asJson)
    printJson({ status, records, project_id: projectId, after, end, first_bad: badSequence ?? null });
  else if (badSequence === undefined)
    printLine(
      `${styled('green', 'ok')}: records ${after.sequence + 1} to ${end.sequence}, each as it was written. It ends at ${end.sequence}:${end.hash}`,
    );
  else
    printLine(
      `${styled('red', 'tampered')}: record ${badSequence} is the first that is not right; ${records} before it are.`,
    );
  return status === 'ok' ? exitCodes.ok : exitCodes.bad;
}
