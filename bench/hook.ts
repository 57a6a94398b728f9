import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { variables, withCoordinator } from './coordinator.ts';
import type { Figure } from './figure.ts';
import { timeOf, timesOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const rounds = 40;

/** What answers a hook: the bridge, or the shell script that is tried first where there is a shell. */
type Way = 'node' | 'sh';

/** What a hook adds to every tool call of an agent: the whole process, beside a Node that does nothing. */
export function hookFigures(stage: Stage): Promise<Figure[]> {
  return withCoordinator(stage, undefined, async ({ home }) => {
    const hook = (way: Way, tool: string, input: object) => runHook(stage, home, tool, input, { way });
    const measured = { bare: [] as number[], sh: [] as number[], lock: [] as number[], node: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      const edit = {
        file_path: join(stage.repository, `src/file-${round}.ts`),
        old_string: 'a',
        new_string: 'b',
      };
      const harmless = { command: 'git status --short' };
      measured.bare.push(
        await timeOf(() => run(process.execPath, ['-e', '0'], '', stage.repository, variables(home))),
      );
      measured.sh.push(await timeOf(() => hook('sh', 'Bash', harmless)));
      measured.lock.push(await timeOf(() => hook('sh', 'Edit', edit)));
      measured.node.push(await timeOf(() => hook('node', 'Bash', harmless)));
    }
    const node = timesOf(measured.bare);
    return [
      ...figuresOf('harmless', 'a harmless command', measured.sh, node.p50),
      ...figuresOf('locking', 'an edit that takes the lock', measured.lock, node.p50),
      ...figuresOf('by-node', 'a harmless command where there is no curl', measured.node, node.p50),
    ];
  });
}

function figuresOf(id: string, call: string, milliseconds: readonly number[], bareMs: number): Figure[] {
  const { p50, p95 } = timesOf(milliseconds);
  const beside = `${p50.toFixed(0)} ms against ${bareMs.toFixed(0)} ms of a Node that does nothing`;
  return [
    {
      id: `hook.${id}.ratio`,
      what: `hook, whole process, ${call}: median`,
      value: p50 / bareMs,
      unit: '×',
      target: { atMost: 1.4 },
      beside,
    },
    {
      id: `hook.${id}.p95`,
      what: `hook, whole process, ${call}: 95th percentile`,
      value: p95,
      unit: 'ms',
      target: { atMost: 100 },
    },
  ];
}

/**
 * Asks the hook as Claude Code does.
 * @throws where it objects: then something else was measured than was meant.
 */
export async function runHook(
  stage: Stage,
  home: string,
  tool: string,
  input: object,
  { databaseUrl, way = 'node' }: { readonly databaseUrl?: string | undefined; readonly way?: Way } = {},
): Promise<void> {
  const payload = {
    hook_event_name: 'PreToolUse',
    session_id: 'bench',
    transcript_path: '',
    permission_mode: 'default',
    cwd: stage.repository,
    tool_name: tool,
    tool_input: input,
  };
  const words = ['hook', 'claude', 'PreToolUse'];
  const [command, program] = way === 'sh' ? ['sh', 'hook.sh'] : [process.execPath, 'bridge.js'];
  const args = [join(stage.dist, program), ...words];
  const said = await run(
    command,
    args,
    JSON.stringify(payload),
    stage.repository,
    variables(home, databaseUrl),
  );
  if (/"permissionDecision":"(ask|deny)"/.test(said)) throw new Error(`The hook objects to ${tool}: ${said}`);
}

async function run(
  command: string,
  args: readonly string[],
  input: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = spawn(command, [...args], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  // A program that does not read its input breaks the pipe, which is its right.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const said = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.`);
  return said;
}
