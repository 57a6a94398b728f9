import { parseArgs } from 'node:util';
import { reportOf } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';
import { asLocalCaller, type LocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { bad, type Finding, note, ok } from './finding.ts';
import {
  checkGit,
  checkGitHooks,
  checkHarnesses,
  checkHome,
  checkLauncher,
  checkNode,
} from './machine-checks.ts';
import { printJson, printLine, styled } from './print.ts';

/** A long record is verified by `audit verify`; this is a look at it. Milliseconds. */
const longestVerificationMs = 20_000;

/** `doctor [--json]`: looks at everything that has to be right, and says how to mend what is not. */
export const doctor: Command = async (args, environment) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const folder = workingFolder() ?? environment.home;
  const findings = [
    checkNode(),
    await checkGit(folder),
    ...(await checkHome(environment)),
    ...checkDatabaseUrl(environment),
    ...(await checkCoordinator(environment)),
    await checkLauncher(environment),
    ...(await checkHarnesses(environment, folder)),
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

async function checkCoordinator(environment: Environment): Promise<readonly Finding[]> {
  try {
    return await asLocalCaller(environment, async caller => {
      const { owner, schemaVersion } = caller.coordinator;
      return [
        ok('coordinator', `process ${owner.pid}, version ${owner.version}, schema ${schemaVersion}`),
        await checkProject(caller),
        await checkRecord(caller),
      ];
    });
  } catch (error) {
    const { message, next = 'Read logs/coordinator.log in the folder of the store.' } = reportOf(error);
    return [bad('coordinator', message, next)];
  }
}

async function checkProject({ call }: LocalCaller): Promise<Finding> {
  const { name, worktree } = (await call('describe_project')) as { name: string; worktree: string | null };
  return ok('project', `${name} (${worktree ?? 'no folder on this machine'})`);
}

async function checkRecord({ call }: LocalCaller): Promise<Finding> {
  try {
    const found = (await call('verify_audit', {}, longestVerificationMs)) as {
      status: string;
      records: number;
      first_bad?: { sequence: number; kind: string };
    };
    if (found.status === 'ok') return ok('audit log', `${found.records} records, each as it was written`);
    const { sequence, kind } = found.first_bad ?? {};
    return bad(
      'audit log',
      `tampered with: record ${sequence} (${kind})`,
      'Keep the store as it is for whoever looks into it, and restore a backup from before.',
    );
  } catch (error) {
    return note('audit log', reportOf(error).message, 'interlock audit verify takes the time it needs.');
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
