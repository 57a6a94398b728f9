import { cpSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser } from './browser.ts';
import { prepareChat } from './chat.ts';
import { type Editor, type EditorOptions, startEditor } from './editor.ts';
import { interlockVsix, scriptedModelVsix } from './machine.ts';
import { createRunFolder, type RunFolder, removeRunFolder } from './run-folder.ts';
import { createScratchRepository, type ScratchRepository } from './scratch-repository.ts';
import { resultPath, screenshot } from './screenshots.ts';
import { createScriptedModel, type ScriptedModel } from './scripted-model.ts';
import { newProfile, openWindow } from './window.ts';

export interface SessionOptions {
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further variables for the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Turns the editor's AI features on, with the scripted model as the only one. */
  readonly agentMode?: boolean;
  /** What becomes of the repository before the editor opens it. */
  readonly prepare?: (repository: ScratchRepository) => void;
}

const agentModeSettings = {
  'chat.disableAIFeatures': false,
  'workbench.secondarySideBar.defaultVisibility': 'visible',
};

/** One editor with one browser on one scratch repository, shared by all tests of a suite. */
export interface Session {
  readonly run: RunFolder;
  readonly repository: ScratchRepository;
  readonly editor: Editor;
  readonly browser: Browser;
  /** When the product began to be installed into the empty profile, in milliseconds since 1970. */
  readonly installedFrom: number;
  /** The first window. */
  readonly page: Page;
  /** What the editor's agent mode talks to, where the session was started with it. */
  readonly model: ScriptedModel;
  /** Opens one more window of the same person on the same workspace. */
  openWindow(): Promise<Page>;
}

/**
 * Gives a suite its session: started before its first test (3 to 5 s, in agent mode 10 s more), ended after its last,
 * and answered by the returned function in between. When a test fails, pictures of all windows and the editor's logs
 * go to `test-results/e2e`.
 */
export function useSession(suite: string, options: SessionOptions = {}): () => Session {
  const ends: (() => Promise<void> | void)[] = [];
  let evidence: (name: string) => Promise<void> = async () => {};
  let session: Session | undefined;

  beforeAll(async () => {
    const run = createRunFolder();
    ends.push(() => removeRunFolder(run));
    const repository = await createScratchRepository(run.scratch);
    options.prepare?.(repository);
    const browser = await launchBrowser();
    ends.push(() => browser.close());
    const model = createScriptedModel(run);
    const installedFrom = Date.now();
    const editor = await startEditor(editorOptions(run, repository.folder, model, options));
    ends.push(() => editor.stop());
    evidence = name => keepEvidence(browser, run, `failed ${suite} ${name}`);
    const profile = await newProfile(browser);
    const another = () => openWindow(profile, editor);
    const page = await another();
    if (options.agentMode) {
      await prepareChat(page).catch(async error => {
        await evidence('to start');
        throw error;
      });
    }
    session = { run, repository, editor, browser, installedFrom, page, model, openWindow: another };
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await evidence(task.name);
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  return () => {
    if (session === undefined) throw new Error('There is no session before the first test runs.');
    return session;
  };
}

function editorOptions(
  run: RunFolder,
  workspace: string,
  model: ScriptedModel,
  { agentMode = false, settings, environment }: SessionOptions,
): EditorOptions {
  return {
    run,
    workspace,
    extensions: agentMode ? [interlockVsix, scriptedModelVsix] : [interlockVsix],
    settings: { ...(agentMode ? agentModeSettings : {}), ...settings },
    environment: { ...model.environment, ...environment },
  };
}

async function keepEvidence(browser: Browser, run: RunFolder, name: string): Promise<void> {
  const pages = browser.contexts().flatMap(context => context.pages());
  for (const [index, page] of pages.entries()) await screenshot(page, `${name} window ${index + 1}`);
  const logs = resultPath(`${name} logs`);
  cpSync(path.join(run.userData, 'logs'), logs, { recursive: true });
  cpSync(run.serverLog, path.join(logs, 'server.log'));
}
