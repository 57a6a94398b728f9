import type { Database, Queryable } from '../database/port.ts';
import type { Step } from './corridor.ts';
import { InterlockError } from './errors.ts';
import type { Finding, Inspection, Intent } from './intent.ts';
import { type KnownPassage, known } from './passage.ts';

/**
 * Looks at what a call is about to do and says what stands against it; it may add to `touched`, `reached`, `steps` and `facts`. Guardrails,
 * locks and network policy each are one. An inspector may also refuse by throwing an {@link InterlockError} with its own code.
 * What it reads it reads from `db`: an act inspects inside its transaction, where nothing else may be asked or waited for.
 */
export type Inspector = (passage: KnownPassage, intent: Intent, db: Queryable) => Promise<readonly Finding[]>;

/** Asks every inspector, in their order; each sees what those before it found a command to touch and to reach. */
export type Inspect = (passage: KnownPassage, intent: Intent, db: Queryable) => Promise<Inspection>;

export function createInspect(inspectors: readonly Inspector[]): Inspect {
  return async (passage, intent, db) => {
    const seen: KnownPassage = {
      ...passage,
      findings: [],
      touched: intent.paths ?? [],
      reached: intent.domains ?? [],
      steps: [],
      facts: {},
    };
    for (const inspect of inspectors)
      seen.findings = [...seen.findings, ...(await inspect(seen, intent, db))];
    return seen;
  };
}

/** Step 4: what the call is about to do is inspected. A finding that refuses ends the call; one that asks goes to the approve step. */
export function createGuardStep(inspect: Inspect, database: Pick<Database, 'within'>): Step {
  return async passage => {
    const current = known(passage);
    const intent = passage.operation.intent?.(current.input, current.place);
    if (!intent) return;
    const db = database.within(current.place.project.id);
    const { findings, touched, reached, steps, facts } = await inspect(current, intent, db);
    Object.assign(passage, { findings, touched, reached, steps });
    Object.assign(passage.facts, facts);
    const refused = findings.find(finding => finding.answer === 'refuse');
    if (refused) throw blocked(refused);
  };
}

function blocked(finding: Finding): InterlockError {
  const where = finding.matchedText ? ` (${finding.matchedText})` : '';
  return new InterlockError(
    finding.code ?? 'destructive_operation_blocked',
    `Blocked: ${finding.effect}${where}. ${finding.why ?? ''}`.trim(),
    {
      next: finding.suggestion ?? 'Do it another way, or ask the person at the editor to do it.',
      params: { rule: finding.rule, category: finding.category, matched_text: finding.matchedText ?? null },
    },
  );
}
