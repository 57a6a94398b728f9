import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { asLocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson, printLine, styled } from './print.ts';

interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly help: string | null;
  readonly line: number;
  readonly column: number;
}

interface Tested {
  readonly valid: boolean;
  readonly problems: readonly (Problem & { readonly policy: string })[];
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly {
    readonly name: string;
    readonly passed: boolean;
    readonly expected: string;
    readonly decision: string;
    readonly reason: string;
  }[];
}

interface Tried {
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  readonly considered: number;
  readonly changed: number;
  readonly changes: readonly {
    readonly recorded_at: string;
    readonly agent_id: string;
    readonly operation: string;
    readonly resource: { readonly type: string; readonly id: string };
    readonly before: string;
    readonly after: string;
  }[];
}

/**
 * `policy validate <file>…`: errors with line and column. `policy test <file>…`: files of policies and cases, as those in
 * cedar/tests. `policy diff <file>`: what the policy would have changed of the decisions of the last days. The exit code is
 * 1 where something is invalid, decides otherwise than it should, or would have changed a decision.
 */
export const policy: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      name: { type: 'string' },
      days: { type: 'string', default: '7' },
    },
    allowPositionals: true,
  });
  const [way, ...files] = positionals;
  if (files.length === 0) return misused();
  switch (way) {
    case 'validate':
      return validate(environment, files, values.json);
    case 'test':
      return testCases(environment, files, values.json);
    case 'diff':
      return files.length === 1 ? diff(environment, files[0] ?? '', values) : misused();
    default:
      return misused();
  }
};

function misused(): number {
  process.stderr.write(
    'interlock: policy knows three things to do: policy validate <file>…, policy test <file>… and policy diff <file>\n',
  );
  return exitCodes.usage;
}

async function validate(
  environment: Environment,
  files: readonly string[],
  asJson: boolean,
): Promise<number> {
  const found = await asLocalCaller(environment, async ({ call }) => {
    const all: { file: string; problems: readonly Problem[] }[] = [];
    for (const file of files) {
      const answer = (await call('validate_policy', { text: await textOf(file) })) as { problems: Problem[] };
      all.push({ file, problems: answer.problems });
    }
    return all;
  });
  if (asJson) printJson({ files: found });
  else for (const { file, problems } of found) printProblems(file, problems);
  return found.some(({ problems }) => problems.some(isError)) ? exitCodes.bad : exitCodes.ok;
}

async function testCases(
  environment: Environment,
  files: readonly string[],
  asJson: boolean,
): Promise<number> {
  const tested = await asLocalCaller(environment, async ({ call }) => {
    const all: (Tested & { readonly file: string })[] = [];
    for (const file of files) {
      all.push({ file, ...((await call('test_policies', casesOf(file, await textOf(file)))) as Tested) });
    }
    return all;
  });
  if (asJson) printJson({ files: tested });
  else tested.forEach(printTested);
  return tested.every(({ valid, failed }) => valid && failed === 0) ? exitCodes.ok : exitCodes.bad;
}

async function diff(
  environment: Environment,
  file: string,
  { name, days, json }: { readonly name?: string | undefined; readonly days: string; readonly json: boolean },
): Promise<number> {
  const input = { name: name ?? basename(file, '.cedar'), text: await textOf(file), days: Number(days) };
  const tried = (await asLocalCaller(environment, ({ call }) => call('try_policy', input))) as Tried;
  if (json) printJson(tried);
  else printTried(file, tried);
  return tried.valid && tried.changed === 0 ? exitCodes.ok : exitCodes.bad;
}

function printTried(file: string, { valid, problems, considered, changed, changes }: Tried): void {
  printProblems(file, problems);
  if (!valid) return;
  for (const { recorded_at, agent_id, operation, resource, before, after } of changes) {
    printLine(
      `${recorded_at} ${agent_id} ${operation} ${resource.id}: ${before} → ${styled('yellow', after)}`,
    );
  }
  printLine(`${changed} of ${considered} decisions would have been others.`);
}

function printTested({ file, problems, passed, failed, results }: Tested & { readonly file: string }): void {
  for (const problem of problems) printProblems(`${file}, ${problem.policy}`, [problem]);
  for (const { name, expected, decision, reason } of results.filter(result => !result.passed)) {
    printLine(`${styled('red', 'failed')} ${name}: ${decision}, expected ${expected} (${reason})`);
  }
  printLine(`${file}: ${passed} passed, ${failed} failed.`);
}

function printProblems(file: string, problems: readonly Problem[]): void {
  for (const problem of problems) {
    const { severity, message, help, line, column } = problem;
    const mark = styled(isError(problem) ? 'red' : 'yellow', severity);
    printLine(`${file}:${line}:${column} ${mark} ${message}${help === null ? '' : ` (${help})`}`);
  }
  if (!problems.some(isError)) printLine(`${file}: ${styled('green', 'valid')}`);
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

function casesOf(file: string, text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch (cause) {
    throw noCases(file, cause);
  }
  throw noCases(file);
}

function noCases(file: string, cause?: unknown): InterlockError {
  return new InterlockError('invalid_input', `${file} holds no cases as JSON.`, {
    next: 'It is {"policies": [{"name", "text"}], "cases": [{"name", "operation", "resource", "expect"}]}.',
    cause,
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InterlockError('invalid_input', `${file} cannot be read.`, {
      next: 'Name a file that is there.',
      cause,
    });
  }
}
