import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunFolder } from './run-folder.ts';

/** What the model does in one request: words, tool calls, or both. A step without calls must be the last one. */
export interface Step {
  readonly text?: string;
  readonly calls?: readonly { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }[];
}

/** One request that the editor's agent loop sent to the model. */
export interface ModelRequest {
  readonly scenario: string;
  readonly step: number;
  /** What the editor made of the person's words, with what hooks had to say. */
  readonly prompt: string;
  /** Names of the tools that were offered. */
  readonly tools: readonly string[];
  /** What the tool calls of this turn answered so far, in order. */
  readonly results: readonly string[];
}

export interface ScriptedModel {
  /** For the editor's environment: where the script and the trace are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Adds a scenario to the script. */
  learn(scenario: string, steps: readonly Step[]): void;
  /** What the model was asked in a scenario, oldest first. */
  requests(scenario: string): readonly ModelRequest[];
}

/** Prepares a run of the editor to use the scripted model (`test/e2e/scripted-model`). */
export function createScriptedModel(run: RunFolder): ScriptedModel {
  const scriptFile = path.join(run.scratch, 'script.json');
  const traceFile = path.join(run.scratch, 'trace.jsonl');
  const script: Record<string, readonly Step[]> = {};
  const userFolder = path.join(run.userData, 'User');
  mkdirSync(userFolder, { recursive: true });
  writeFileSync(scriptFile, '{}');
  // This file is how the editor knows that the vendor was set up, which it otherwise asks the person to do.
  const models = [{ name: 'Scripted', vendor: 'scripted' }];
  writeFileSync(path.join(userFolder, 'chatLanguageModels.json'), JSON.stringify(models));
  return {
    environment: { SCRIPTED_MODEL_SCRIPT: scriptFile, SCRIPTED_MODEL_TRACE: traceFile },
    learn(scenario, steps) {
      script[scenario] = steps;
      writeFileSync(scriptFile, JSON.stringify(script));
    },
    requests(scenario) {
      if (!existsSync(traceFile)) return [];
      return readFileSync(traceFile, 'utf8')
        .split('\n')
        .filter(line => line !== '')
        .map((line): ModelRequest => JSON.parse(line))
        .filter(request => request.scenario === scenario);
    },
  };
}
