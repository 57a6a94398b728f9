import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { installChromium } from './chromium.ts';
import { installEditor } from './install-editor.ts';
import { interlockVsix, repository, resultsFolder, scriptedModelVsix } from './machine.ts';

/** Before all suites: the editor is installed, a browser and the packed product are there, the helpers are packed. */
export default async function setup(): Promise<void> {
  const say = (line: string) => console.log(line);
  if (!existsSync(interlockVsix)) {
    throw new Error(
      `${interlockVsix} is not there. Make it with \`npm run package\`, or name one in INTERLOCK_VSIX.`,
    );
  }
  await installEditor(say);
  await installChromium(say);
  rmSync(resultsFolder, { recursive: true, force: true });
  mkdirSync(resultsFolder, { recursive: true });
  await packScriptedModel();
}

async function packScriptedModel(): Promise<void> {
  const vsce = path.join(repository, 'node_modules/@vscode/vsce/vsce');
  const options = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--skip-license',
    '--out',
    scriptedModelVsix,
  ];
  const cwd = path.join(repository, 'test/e2e/scripted-model');
  await promisify(execFile)(process.execPath, [vsce, 'package', ...options], { cwd });
}
