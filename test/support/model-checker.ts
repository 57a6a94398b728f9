import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import init, { check_spec_with_options } from 'tla-checker';

export interface ModelRun {
  /** Path of the TLA+ module. */
  readonly module: string;
  readonly constants: Readonly<Record<string, string | number | boolean>>;
  /** Names of the invariants to check, each in every reachable state. */
  readonly invariants: readonly string[];
  /** Name of a temporal property to check, under the fairness that the specification states. */
  readonly property?: string;
}

export interface ModelOutcome {
  /** The invariant, or the property, that does not hold. */
  readonly violated?: string;
  /** The states that lead there, one after another. */
  readonly trace: readonly string[];
  readonly states: number;
}

interface CheckerAnswer {
  readonly success: boolean;
  readonly error_type: string | null;
  readonly error_message: string | null;
  readonly states_explored: number;
  readonly trace: readonly string[] | null;
}

/** More than any of our models has; reaching it fails the run, so that a model is never explored in part. */
const mostStates = 2_000_000;
const longestTrace = 1_000;

let loading: Promise<unknown> | undefined;

/** Explores all states of a model. Throws where the model itself is wrong, or too large to explore. */
export async function checkModel({
  module,
  constants,
  invariants,
  property,
}: ModelRun): Promise<ModelOutcome> {
  loading ??= init({
    module_or_path: readFileSync(fileURLToPath(import.meta.resolve('tla-checker/tla_checker_bg.wasm'))),
  });
  await loading;
  const config = [
    'SPECIFICATION Spec',
    ...invariants.map(name => `INVARIANT ${name}`),
    ...(property === undefined ? [] : [`PROPERTY ${property}`]),
    'CONSTANTS',
    ...Object.entries(constants).map(
      ([name, value]) => `  ${name} = ${String(value).replace(/^(true|false)$/, word => word.toUpperCase())}`,
    ),
  ].join('\n');
  const options = {
    constants: {},
    cfg_source: config,
    max_states: mostStates,
    max_depth: longestTrace,
    // All processes may have ended; that is no defect of a protocol.
    allow_deadlock: true,
    check_liveness: property !== undefined,
  };
  const answer: CheckerAnswer = JSON.parse(
    check_spec_with_options(readFileSync(module, 'utf8'), JSON.stringify(options)),
  );
  const { success, error_type, error_message, states_explored: states, trace } = answer;
  if (success) return { states, trace: [] };
  if (error_type === 'LivenessViolation' && property !== undefined)
    return { violated: property, states, trace: trace ?? [] };
  const index = /^Invariant (\d+) violated$/.exec(error_message ?? '')?.[1];
  if (error_type !== 'InvariantViolation' || index === undefined)
    throw new Error(`${error_type}: ${error_message}`);
  return { violated: invariants[Number(index)], states, trace: trace ?? [] };
}
