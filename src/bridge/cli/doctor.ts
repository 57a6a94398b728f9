import { parseArgs } from 'node:util';
import { reportOf } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';
import { asLocalCaller, type LocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { bad, type Finding, note, ok } from './finding.ts';
import { checkHarnesses, type KnownHookFile } from './harness-checks.ts';
import { checkGit, checkGitHooks, checkHome, checkLauncher, checkNode } from './machine-checks.ts';
import { printJson, printLine, styled } from './print.ts';

/** A long record is verified by `audit verify`; this is a look at it. Milliseconds. */
const longestVerificationMs = 20_000;

/** `doctor [--json]`: looks at everything that has to be right, and says how to mend what is not. */
export const doctor: Command = async (args, environment) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const folder = workingFolder() ?? environment.home;
  const home = await checkHome(environment);
  const coordinator = home.usable ? await checkCoordinator(environment) : notAsked;
  const findings = [
    checkNode(),
    await checkGit(folder),
    ...home.findings,
    ...checkDatabaseUrl(environment),
    ...coordinator.findings,
    await checkLauncher(environment),
    ...(await checkHarnesses(environment, folder, coordinator.hookFiles)),
    await checkGitHooks(folder),
  ];
  const isWell = findings.every(({ status }) => status !== 'bad');
  if (values.json) printJson({ status: isWell ? 'ok' : 'bad', findings });
  else print(findings);
  return isWell ? exitCodes.ok : exitCodes.bad;
};

function checkDatabaseUrl({ databaseUrl, canStart }: Environment): readonly Finding[] {
  if (databaseUrl === undefined) {
    const about = canStart ? 'the embedded one' : 'a shared one, whose address the editor keeps';
    return [ok('database', about)];
  }
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    return [
      bad(
        'database',
        'INTERLOCK_DATABASE_URL is no address',
        'It is postgres://user:password@host/database.',
      ),
    ];
  }
  return [ok('database', `${url.host}${url.pathname}`)];
}

interface CoordinatorChecks {
  readonly findings: readonly Finding[];
  readonly hookFiles: readonly KnownHookFile[];
}

const notAsked: CoordinatorChecks = {
  findings: [note('coordinator', 'not asked, since its folder has to be mended first')],
  hookFiles: [],
};

async function checkCoordinator(environment: Environment): Promise<CoordinatorChecks> {
  try {
    return await asLocalCaller(environment, async caller => {
      const { owner, schemaVersion } = caller.coordinator;
      const { files } = (await caller.call('list_hook_files')) as { files: readonly KnownHookFile[] };
      const findings = [
        ok('coordinator', `process ${owner.pid}, version ${owner.version}, schema ${schemaVersion}`),
        ...(await checkProject(caller)),
        ...(await checkRecord(caller)),
      ];
      return { findings, hookFiles: files };
    });
  } catch (error) {
    const { message, next = 'Read logs/coordinator.log in the folder of the store.' } = reportOf(error);
    return { findings: [bad('coordinator', message, next)], hookFiles: [] };
  }
}

interface Described {
  readonly name: string;
  readonly worktree: string | null;
  readonly troubles: readonly { readonly what: string; readonly message: string; readonly next: string }[];
}

async function checkProject({ call }: LocalCaller): Promise<readonly Finding[]> {
  const { name, worktree, troubles } = (await call('describe_project')) as Described;
  return [
    ok('project', `${name} (${worktree ?? 'no folder on this machine'})`),
    ...troubles.map(({ what, message, next }) => bad(what, message, next)),
  ];
}

/** Leases run for minutes, and are shown by this machine's clock. Milliseconds. */
const tolerableSkewMs = 5_000;

/** The database's clock counts; how far this machine's is from it, at least, by when the answer was on its way. */
export function clockFinding(database: number, asked: number, answered: number): Finding {
  const skew = database < asked ? asked - database : Math.max(0, database - answered);
  if (skew <= tolerableSkewMs) return ok('clock', 'as the database has it');
  const way = database < asked ? 'ahead of' : 'behind';
  return bad(
    'clock',
    `${Math.round(skew / 1000)} s ${way} the database’s, which is the one that counts`,
    'Let the machine set its clock by the network (NTP).',
  );
}

async function checkRecord({ call }: LocalCaller): Promise<readonly Finding[]> {
  const asked = Date.now();
  try {
    const found = (await call('verify_audit', {}, longestVerificationMs)) as {
      status: string;
      records: number;
      verified_at: string;
      first_bad?: { sequence: number; kind: string };
    };
    const clock = clockFinding(Date.parse(found.verified_at), asked, Date.now());
    if (found.status === 'ok') {
      return [clock, ok('audit log', `${found.records} records, each as it was written`)];
    }
    const { sequence, kind } = found.first_bad ?? {};
    const mend = 'Keep the store as it is for whoever looks into it, and restore a backup from before.';
    return [clock, bad('audit log', `tampered with: record ${sequence} (${kind})`, mend)];
  } catch (error) {
    return [note('audit log', reportOf(error).message, 'interlock audit verify takes the time it needs.')];
  }
}

function print(findings: readonly Finding[]): void {
  const marks = { ok: styled('green', 'ok  '), note: styled('yellow', 'note'), bad: styled('red', 'BAD ') };
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, status, found, mend } of findings) {
    printLine(`${marks[status]}  ${check.padEnd(width)}  ${found}`);
    if (mend !== undefined) printLine(`${' '.repeat(width + 8)}→ ${mend}`);
  }
}
