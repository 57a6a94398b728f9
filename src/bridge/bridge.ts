#!/usr/bin/env node
import { readEnvironment } from './environment.ts';
import { hook } from './hook/hook.ts';

const environment = () => readEnvironment(process.env, process.execPath, import.meta.dirname);

/** Every tool call of an agent starts this program for a hook, so only that part of it is loaded from the beginning. */
async function run(command = 'help', ...args: string[]): Promise<void> {
  if (command === 'hook') return hook(args, environment);
  if (command === 'mcp') return (await import('./mcp/stdio.ts')).serveStdio(environment());
  return (await import('./cli/cli.ts')).runCommand(command, args, environment());
}

void run(...process.argv.slice(2));
