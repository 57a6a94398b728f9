import type { Access, Operation } from '../kernel/operation.ts';

/**
 * The Cedar action of a call. An operation whose access depends on its input is a group with one action for each access,
 * so that `action in Action::"check_tool_use"` means all of it and `action in Action::"write"` what writes.
 */
export function actionOf(
  { name, access }: Pick<Operation, 'name' | 'access'>,
  asked: Access,
): { readonly id: string; readonly parents: readonly string[] } {
  return typeof access === 'string'
    ? { id: name, parents: [access] }
    : { id: `${name}.${asked}`, parents: [name, asked] };
}

export const accesses: readonly Access[] = ['read', 'write', 'admin'];

/** Reaching a host is an action of its own, beside the operations. */
export const networkAction = 'network_access';
