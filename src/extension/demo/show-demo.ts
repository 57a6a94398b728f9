import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import { createDemoRepository } from '../../demo/repository.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';
import { demosFolder, windowFile } from './demo-place.ts';

/** Makes a scratch repository and opens a window on it, where the demo begins as soon as Interlock runs there. */
export function demoCommands({ context }: Services) {
  async function show(): Promise<void> {
    const demos = demosFolder(context.globalStorageUri.fsPath);
    await mkdir(demos, { recursive: true });
    await removeLeftovers(demos);
    const root = await mkdtemp(path.join(demos, 'shop-'));
    const sources = context.asAbsolutePath('media/demo');
    const made = await createDemoRepository(root, sources, process.env).catch(thrown => {
      if (!isMissing(thrown)) throw thrown;
    });
    if (!made) {
      await window.showErrorMessage(
        l10n.t('The demo needs git, which was not found. Install git, and start the demo again.'),
      );
      return;
    }
    await commands.executeCommand('vscode.openFolder', Uri.file(made.folder), { forceNewWindow: true });
  }

  return { [ids.showDemo]: show };
}

/** Demos whose window was closed without ending them. */
async function removeLeftovers(demos: string): Promise<void> {
  for (const name of await readdir(demos)) {
    const root = path.join(demos, name);
    if (!(await isShown(root))) await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function isShown(root: string): Promise<boolean> {
  const file = path.join(root, windowFile);
  if (!existsSync(file)) return false;
  try {
    process.kill(Number(await readFile(file, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
