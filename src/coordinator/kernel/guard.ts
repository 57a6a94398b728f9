import type { Step } from './corridor.ts';
import { InterlockError } from './errors.ts';
import type { Finding, Intent } from './intent.ts';
import { type KnownPassage, known } from './passage.ts';

/**
 * Looks at what a call is about to do and says what stands against it. Guardrails, locks and network policy each are
 * one. An inspector may also refuse by throwing an {@link InterlockError} with its own code.
 */
export type Inspector = (passage: KnownPassage, intent: Intent) => Promise<readonly Finding[]>;

/** Step 4: every inspector sees every intent, in their order, and what those before it found a command to touch. A finding that refuses ends the call; one that asks goes to the approve step. */
export function createGuardStep(inspectors: readonly Inspector[]): Step {
  return async passage => {
    const current = known(passage);
    const intent = passage.operation.intent?.(current.input, current.place);
    if (!intent) return;
    passage.touched = intent.paths ?? [];
    for (const inspect of inspectors)
      passage.findings = [...passage.findings, ...(await inspect(current, intent))];
    const refused = passage.findings.find(finding => finding.answer === 'refuse');
    if (refused) throw blocked(refused);
  };
}

function blocked(finding: Finding): InterlockError {
  const where = finding.matchedText ? ` (${finding.matchedText})` : '';
  return new InterlockError(
    'destructive_operation_blocked',
    `Blocked: ${finding.effect}${where}. ${finding.why ?? ''}`.trim(),
    {
      next: finding.suggestion ?? 'Do it another way, or ask the person at the editor to do it.',
      params: { rule: finding.rule, category: finding.category, matched_text: finding.matchedText ?? null },
    },
  );
}
