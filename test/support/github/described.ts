import { z } from 'zod';
import recorded from './shapes.json' with { type: 'json' };

/** What of GitHub's published description the stand-in answers with. `scripts/github-shapes.mjs` takes it from there. */
export type Shape =
  | 'issue'
  | 'label'
  | 'issue-comment'
  | 'labeled-issue-event'
  | 'unlabeled-issue-event'
  | 'state-change-issue-event'
  | 'private-user'
  | 'basic-error';

const compiled = new Map<Shape, z.ZodType>();

/** @throws where the value is not what the description says. */
export function asDescribed(shape: Shape, value: unknown): unknown {
  const known =
    compiled.get(shape) ??
    z.fromJSONSchema(
      { $ref: `#/definitions/${shape}`, definitions: recorded.shapes } as Parameters<
        typeof z.fromJSONSchema
      >[0],
      { defaultTarget: 'openapi-3.0' },
    );
  compiled.set(shape, known);
  const checked = known.safeParse(value);
  if (!checked.success) throw new Error(`${shape} is not as described: ${z.prettifyError(checked.error)}`);
  return value;
}
