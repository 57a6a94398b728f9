#!/usr/bin/env node
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from './environment.ts';
import { hook } from './hook/hook.ts';

// Every tool call of an agent starts this program for a hook, so only that part of it is loaded from the beginning.
const [command = 'help', ...args] = process.argv.slice(2);
const environment = () =>
  readEnvironment(process.env, process.execPath, dirname(fileURLToPath(import.meta.url)));

if (command === 'hook') {
  await hook(args, environment);
} else if (command === 'mcp') {
  await (await import('./mcp/stdio.ts')).serveStdio(environment());
} else {
  await (await import('./cli/cli.ts')).runCommand(command, args, environment());
}
