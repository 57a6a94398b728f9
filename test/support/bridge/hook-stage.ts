import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../host/processes.ts';
import { endOwner } from './coordinators.ts';
import { type Handler, own } from './owner.ts';
import {
  builtBundles,
  type Exit,
  type Running,
  runBridge,
  type Surroundings,
  startBridge,
} from './program.ts';

/** How a hook can be run: by the shell script that is quicker, or by Node. */
export type Way = NonNullable<Surroundings['way']>;

export interface HookOptions {
  /** Who calls. Default: Claude Code. */
  readonly harness?: string;
  /** As it was registered with the harness, in seconds or in words. */
  readonly timeout?: number | string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Another folder of bundles than `dist`. */
  readonly program?: string;
}

/** A store, and a folder to work in. Each test opens its own, so that they can run side by side. */
export interface HookStage {
  /** A session's working folder. It is no repository unless the test makes it one. */
  readonly folder: string;
  /** The folder of the store, inside of it. */
  readonly home: string;
  /** Answers hooks in place of a coordinator, instead of whoever did before. */
  own(handler: Handler): Promise<void>;
  /** Ends whoever owns the store. */
  disown(): Promise<void>;
  /** Starts the bridge with these arguments. */
  start(args: readonly string[], options?: HookOptions): Running;
  /** Runs it to its end. */
  run(args: readonly string[], input?: string | Buffer, options?: HookOptions): Promise<Exit>;
  /** Runs the hook before a tool call, with the fields that are its own. */
  preToolUse(call: object, options?: HookOptions): Promise<Exit>;
  /** A copy of the bundles that cannot start a coordinator: its bundle is not there. */
  bundlesWithoutCoordinator(): Promise<string>;
}

/** @param whenDone what the test runs when it is over. */
export async function openHookStage(
  way: Way,
  whenDone: (tidy: () => Promise<void>) => void,
): Promise<HookStage> {
  const folder = await temporaryFolder();
  const home = join(folder.path, 'home');
  let owner: { stop(): Promise<void> } | undefined;

  async function disown(): Promise<void> {
    await owner?.stop();
    owner = undefined;
    await endOwner(home);
  }

  whenDone(async () => {
    await disown();
    await folder[Symbol.asyncDispose]();
  });

  const around = ({ variables, program }: HookOptions = {}): Surroundings => ({
    home,
    cwd: folder.path,
    way,
    ...(variables === undefined ? {} : { variables }),
    ...(program === undefined ? {} : { program }),
  });
  const run: HookStage['run'] = (args, input = '', options = {}) => runBridge(args, around(options), input);

  return {
    folder: folder.path,
    home,
    async own(handler) {
      await owner?.stop();
      owner = await own(home, handler);
    },
    disown,
    start: (args, options) => startBridge(args, around(options)),
    run,
    preToolUse(call, options = {}) {
      const { harness = 'claude', timeout } = options;
      const payload = { session_id: 's', cwd: folder.path, hook_event_name: 'PreToolUse', ...call };
      const words = timeout === undefined ? [] : ['--timeout', String(timeout)];
      return run(['hook', harness, 'PreToolUse', ...words], JSON.stringify(payload), options);
    },
    async bundlesWithoutCoordinator() {
      const dist = builtBundles();
      const program = join(folder.path, 'dist');
      await mkdir(program);
      const parts = (await readdir(dist)).filter(name =>
        /^(?:bridge.*\.m?js|hook\.sh|package\.json)$/.test(name),
      );
      await Promise.all(parts.map(name => copyFile(join(dist, name), join(program, name))));
      await symlink(join(dist, 'assets'), join(program, 'assets'));
      return program;
    },
  };
}

/** What a harness makes of it; a code other than 0 or a stray line would let the call through. */
export function decisionOf({ code, stdout }: Exit): { decision: string; reason: string } {
  expect(code).toBe(0);
  if (stdout === '') return { decision: 'none', reason: '' };
  expect(stdout.endsWith('\n') && stdout.indexOf('\n') === stdout.length - 1, stdout).toBe(true);
  const { hookSpecificOutput } = JSON.parse(stdout);
  return {
    decision: hookSpecificOutput.permissionDecision ?? 'none',
    reason: hookSpecificOutput.permissionDecisionReason ?? '',
  };
}

/** A command that the guardrails do not let pass without a person. */
export const dangerous = { tool_name: 'Bash', tool_input: { command: 'git push --force origin main' } };
/** One whose dangerous words are only data. */
export const harmless = {
  tool_name: 'Bash',
  tool_input: { command: 'git commit -m "why rm -rf / is bad"' },
};
