import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { plainEnvironment } from './machine.ts';
import type { RunFolder } from './run-folder.ts';

/** The bridge as an agent's harness starts it: which program, where, and with which variables. */
export interface Bridge {
  /** `dist/bridge.js` of the installed extension. */
  readonly program: string;
  /** The repository in which the agent works. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

/** The bridge of the product that is installed in this run of the editor, so that both find the same store. */
export function installedBridge(
  run: RunFolder,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Bridge {
  return {
    program: path.join(installedFolder(run, 'interlock.interlock'), 'dist/bridge.js'),
    folder,
    environment: { ...plainEnvironment, HOME: run.home, ...environment },
  };
}

/** Runs the bridge to its end with something on its standard input, for example `['audit', 'verify', '--json']`. */
export async function runBridge(bridge: Bridge, args: readonly string[], input = ''): Promise<Exit> {
  const started = Date.now();
  const child = spawn(process.execPath, [bridge.program, ...args], {
    cwd: bridge.folder,
    env: bridge.environment,
  });
  child.stdin.end(input);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr, milliseconds: Date.now() - started };
}

/** The folder of an installed extension, read from the list that the editor keeps. */
function installedFolder(run: RunFolder, id: string): string {
  const list: { identifier: { id: string }; relativeLocation: string }[] = JSON.parse(
    readFileSync(path.join(run.extensions, 'extensions.json'), 'utf8'),
  );
  const found = list.find(extension => extension.identifier.id === id);
  if (found === undefined) throw new Error(`The extension ${id} is not installed in ${run.extensions}.`);
  return path.join(run.extensions, found.relativeLocation);
}
