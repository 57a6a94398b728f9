import type { Caller } from './caller.ts';
import { InterlockError } from './errors.ts';
import type { Operation } from './operation.ts';

/** The field that any call may carry beside those of its operation: the person it is made for. */
export const onBehalfOf = 'on_behalf_of';

/** The input without {@link onBehalfOf}, which is about the caller and not about the operation. */
export function withoutDelegation(operation: Operation, input: unknown): unknown {
  if (!isCarried(operation, input)) return input;
  const { [onBehalfOf]: _, ...rest } = input;
  return rest;
}

/**
 * @throws InterlockError `identity_mismatch` where the call names another person than the session acts for, or names one
 * where the caller acts for nobody; `invalid_input` where it is no name.
 */
export function refuseFalseDelegation(operation: Operation, input: unknown, caller: Caller): void {
  if (!isCarried(operation, input)) return;
  const named = input[onBehalfOf];
  if (typeof named !== 'string' || named === '') {
    throw new InterlockError('invalid_input', `${onBehalfOf}: it must be the name of a person.`, {
      next: 'Leave it out, or send the name that the session was registered with as delegated_from.',
      params: { field: onBehalfOf },
    });
  }
  const actual = caller.kind === 'agent' ? caller.delegatedFrom : null;
  if (named === actual) return;
  throw new InterlockError(
    'identity_mismatch',
    actual === null
      ? `The call is made on behalf of ${shown(named)}, and its caller acts for nobody.`
      : `The call is made on behalf of ${shown(named)}, and its session acts for ${actual}.`,
    {
      next: 'Leave on_behalf_of out, or use a session that acts for that person.',
      params: { on_behalf_of: named.slice(0, 100) },
    },
  );
}

function isCarried(operation: Operation, input: unknown): input is Record<string, unknown> {
  return (
    typeof input === 'object' &&
    input !== null &&
    Object.hasOwn(input, onBehalfOf) &&
    !Object.hasOwn(operation.input.shape, onBehalfOf)
  );
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
