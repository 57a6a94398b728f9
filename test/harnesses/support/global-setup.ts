import { existsSync } from 'node:fs';
import path from 'node:path';
import { installOnce } from '../../e2e/support/install-once.ts';
import { runNpm } from '../../e2e/support/npm.ts';
import { built, clisFolder } from './machine.ts';

/** The packages that take the program for this machine from another package when they are installed. */
const completedByScript = ['@anthropic-ai/claude-code'];

/** Before all suites: the product is built, and the command lines are installed (once). */
export default async function setup(): Promise<void> {
  if (!existsSync(path.join(built, 'bridge.js')))
    throw new Error(`There is no bridge.js in ${built}. Make it with \`npm run build\`.`);
  const started = Date.now();
  const installed = await installOnce(clisFolder, async modules => {
    console.log('Installing the command lines of the agents from npm, once …');
    for (const name of completedByScript) await runNpm(path.join(modules, name), ['run', 'postinstall']);
  });
  if (installed) console.log(`They are there (${Math.round((Date.now() - started) / 1000)} s).`);
}
