import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Bridge } from '../../e2e/support/bridge.ts';
import { plainEnvironment } from '../../e2e/support/machine.ts';
import { createScratchRepository, type ScratchRepository } from '../../e2e/support/scratch-repository.ts';
import type { ModelApi } from './conversation.ts';
import { closedOutside, type Outside } from './outside.ts';
import { createRunFolder, type RunFolder, removeRunFolder } from './run-folder.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';

/** One person's machine with one repository, shared by all tests of a suite. */
export interface Workplace {
  readonly run: RunFolder;
  readonly repository: ScratchRepository;
  readonly model: ScriptedModel;
  readonly outside: Outside;
  /** What every program there has around it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Interlock's command line, and its MCP server, in the repository. */
  readonly bridge: Bridge;
}

/** Gives a suite its workplace: made before its first test, gone with everything that runs in it after its last. */
export function useWorkplace(apis: readonly ModelApi[]): () => Workplace {
  const ends: (() => Promise<void>)[] = [];
  let workplace: Workplace | undefined;

  beforeAll(async () => {
    const run = createRunFolder();
    ends.push(() => removeRunFolder(run));
    const model = await startScriptedModel(apis);
    ends.push(model.close);
    const outside = await closedOutside();
    ends.push(outside.close);
    const repository = await createScratchRepository(run.scratch);
    const temporary = path.join(run.root, 'tmp');
    mkdirSync(temporary);
    const environment = { ...plainEnvironment, ...outside.environment, HOME: run.home, TMPDIR: temporary };
    const bridge = {
      program: path.join(run.product, 'bridge.js'),
      folder: repository.folder,
      environment,
    };
    workplace = { run, repository, model, outside, environment, bridge };
  });

  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  return () => {
    if (workplace === undefined) throw new Error('There is no workplace before the first test runs.');
    return workplace;
  };
}
