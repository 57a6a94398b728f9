import { parseArgs } from 'node:util';
import { readAsset } from '../../coordinator/assets.ts';
import { createGuard, type Guard } from '../../coordinator/guardrails/engine.ts';
import type { Judgement, Violation } from '../../coordinator/guardrails/judgement.ts';
import { problemsInWords, projectFiles } from '../../coordinator/guardrails/project-file.ts';
import { type RepositoryLookup, repositories } from '../../coordinator/guardrails/repository.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';
import { type Command, exitCodes } from './command.ts';
import { judgeLines } from './guard-lines.ts';
import { type GuardQuestion, type Judge, shellOf, trustOf } from './guard-question.ts';
import { printJson, printLine, styled } from './print.ts';

/** What an unknown agent has. */
const defaultTrust = 2;

const exitCodeOf = { allow: exitCodes.ok, ask: exitCodes.ask, block: exitCodes.block } as const;

/**
 * `guard '<command>'` and `guard --jsonl`: what the built-in guardrails say of a command, without running it and
 * without a coordinator. The code is 0 where it may run, 10 where a person must decide, 20 where it must not.
 */
export const guard: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      jsonl: { type: 'boolean' },
      cwd: { type: 'string' },
      shell: { type: 'string', default: 'bash' },
      path: { type: 'string', multiple: true, default: [] },
      trust: { type: 'string', default: String(defaultTrust) },
    },
    allowPositionals: true,
  });
  const standing: GuardQuestion = {
    command: positionals.join(' '),
    cwd: values.cwd ?? workingFolder() ?? environment.home,
    shell: shellOf(values.shell),
    paths: values.path,
    trust: trustOf(Number(values.trust)),
  };
  const judge = await createJudge(environment);
  if (values.jsonl) {
    await judgeLines(process.stdin, standing, judge);
    return exitCodes.ok;
  }
  if (positionals.length === 0) {
    process.stderr.write("interlock: say which command: guard '<command>' [--json]\n");
    return exitCodes.usage;
  }
  const { verdict, violations, parsed } = await judge(standing);
  if (values.json) printJson({ verdict, violations, parsed });
  else print(verdict, violations, parsed);
  return exitCodeOf[verdict];
};

async function createJudge(environment: Environment): Promise<Judge> {
  const engine: Guard = await createGuard({ asset: readAsset });
  const repository: RepositoryLookup = repositories();
  const projectFile = projectFiles();
  return async ({ command, cwd, shell, paths, trust }) => {
    const file = await projectFile((await repository(cwd))?.root ?? cwd, { trusted: false });
    if (file.is === 'bad') process.stderr.write(`interlock: ${problemsInWords(file.problems)}\n`);
    return engine.judge(
      {
        command: { text: command, shell, cwd },
        ...(paths.length > 0 ? { paths: paths.map(path => ({ path, access: 'write' as const })) } : {}),
      },
      {
        trust,
        cwd,
        repository,
        protectedPaths: [environment.home],
        ...(file.is === 'good' ? { projectRules: file.rules } : {}),
        ...(environment.userHome === undefined ? {} : { home: environment.userHome }),
      },
    );
  };
}

function print(verdict: Judgement['verdict'], violations: readonly Violation[], parsed: boolean): void {
  const colour = { allow: 'green', ask: 'yellow', block: 'red' } as const;
  printLine(styled(colour[verdict], verdict) + (parsed ? '' : ' (part of it is not in the shell’s grammar)'));
  for (const violation of violations) {
    printLine(`\n${violation.effect}`);
    printLine(`  rule     ${violation.rule} (${violation.category}, ${violation.severity})`);
    if (violation.matched_text !== '') printLine(`  found    ${violation.matched_text}`);
    printLine(`  why      ${violation.why}`);
    if (violation.suggestion !== undefined) printLine(`  instead  ${violation.suggestion}`);
  }
}
