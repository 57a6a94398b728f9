import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/web';
import type { Cedar } from './cedar.ts';
import { cedarFiles } from './cedar-files.ts';

/** Something that is wrong with a policy's text, or doubtful, and where. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly help: string | null;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

/** Checks a text of policies against the schema: what Cedar refuses are errors, what can never match are warnings. */
export function problemsIn(cedar: Cedar, text: string): readonly Problem[] {
  const position = positionsIn(text);
  const problem = (severity: Problem['severity'], error: DetailedError): Problem => {
    const [place] = error.sourceLocations ?? [];
    const [start, end] = [position(place?.start ?? 0), position(place?.end ?? place?.start ?? 0)];
    const label = place?.label ? ` (${place.label})` : '';
    return {
      severity,
      message: `${error.message}${label}`,
      help: error.help,
      line: start.line,
      column: start.column,
      end_line: end.line,
      end_column: end.column,
    };
  };
  const answer = cedar.validate({ schema: cedarFiles.schema, policies: { staticPolicies: text } });
  if (answer.type === 'failure') return answer.errors.map(error => problem('error', error));
  const doubtful = [...answer.validationWarnings.map(({ error }) => error), ...answer.otherWarnings];
  return [
    ...answer.validationErrors.map(({ error }) => problem('error', error)),
    ...doubtful.map(error => problem('warning', error)),
    ...(policiesIn(cedar, text).length === 0
      ? [
          problem('error', {
            message: 'the text holds no policy',
            help: null,
            code: null,
            url: null,
            severity: null,
          }),
        ]
      : []),
  ];
}

/** A single policy of a text. */
export interface SinglePolicy {
  readonly text: string;
  readonly json: PolicyJson;
}

/** The policies of a text that was found valid; none where it cannot be read. */
export function policiesIn(cedar: Cedar, text: string): readonly SinglePolicy[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') return [];
  return parts.policies.map(policy => {
    const parsed = cedar.policyToJson(policy);
    if (parsed.type === 'failure')
      throw new Error(`a valid policy has no JSON: ${parsed.errors[0]?.message}`);
    return { text: policy, json: parsed.json };
  });
}

/** Cedar counts bytes of UTF-8. */
function positionsIn(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const bytes = Buffer.from(text, 'utf8');
  return offset => {
    const lines = bytes.subarray(0, offset).toString('utf8').split('\n');
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  };
}
