import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { variables, withCoordinator } from './coordinator.ts';
import type { Figure } from './figure.ts';
import { timeOf, timesOf } from './quantiles.ts';
import type { Stage } from './stage.ts';

const rounds = 40;

/** What a hook adds to every tool call of an agent: the whole process, beside a Node that does nothing. */
export function hookFigures(stage: Stage): Promise<Figure[]> {
  return withCoordinator(stage, undefined, async ({ home }) => {
    const hook = (tool: string, input: object) => runHook(stage, home, tool, input);
    const bare: number[] = [];
    const harmless: number[] = [];
    const locking: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const edit = {
        file_path: join(stage.repository, `src/file-${round}.ts`),
        old_string: 'a',
        new_string: 'b',
      };
      bare.push(await timeOf(() => runNode(['-e', '0'], '', stage.repository, variables(home))));
      harmless.push(await timeOf(() => hook('Bash', { command: 'git status --short' })));
      locking.push(await timeOf(() => hook('Edit', edit)));
    }
    const node = timesOf(bare);
    return [
      ...figuresOf('harmless', 'a harmless command', harmless, node.p50),
      ...figuresOf('locking', 'an edit that takes the lock', locking, node.p50),
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
    { id: `hook.${id}.p95`, what: `hook, whole process, ${call}: 95th percentile`, value: p95, unit: 'ms' },
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
  databaseUrl?: string,
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
  const program = join(stage.dist, 'bridge.js');
  const args = [program, 'hook', 'claude', 'PreToolUse'];
  const said = await runNode(args, JSON.stringify(payload), stage.repository, variables(home, databaseUrl));
  if (/"permissionDecision":"(ask|deny)"/.test(said)) throw new Error(`The hook objects to ${tool}: ${said}`);
}

async function runNode(
  args: readonly string[],
  input: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = spawn(process.execPath, [...args], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>(resolve => child.once('close', resolve));
  // A program that does not read its input breaks the pipe, which is its right.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const said = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}.`);
  return said;
}
