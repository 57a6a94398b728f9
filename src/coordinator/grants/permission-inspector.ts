import { InterlockError } from '../kernel/errors.ts';
import type { Inspector } from '../kernel/guard.ts';
import type { PermissionIntent } from '../kernel/intent.ts';
import type { Operation } from '../kernel/operation.ts';

/**
 * Decides who decides over a permission that an agent asks for. Operations that only read are self-service, where the
 * project lets them be; over all others a person decides. What is for people alone nobody can be permitted.
 */
export function createPermissionInspector(operations: readonly Operation[]): Inspector {
  const byName = new Map(operations.map(operation => [operation.name, operation]));
  return async ({ place, caller }, { permission }) => {
    if (permission === undefined || caller.kind !== 'agent') return [];
    const asked = permissible(byName.get(permission.operation), permission.operation);
    const { settings } = place.project;
    if (settings['grants.requireJustification']) refuseWithoutReason(permission);
    if (settings['grants.selfService'] && asked.access === 'read') return [];
    return [
      {
        answer: 'ask',
        // The operation is part of the rule, so that leave for one of them is never leave for another.
        rule: `grants.permission.${asked.name}`,
        category: 'permission',
        effect: `It lets the session call ${asked.name} for ${permission.minutes} minutes, whatever its profile says of its trust`,
        why: permission.justification
          ? `The agent says: ${permission.justification}`
          : 'The agent gave no reason.',
        suggestion: 'Do it with what you are permitted, or ask a person to do it.',
        matchedText: asked.name,
      },
    ];
  };
}

function permissible(asked: Operation | undefined, name: string): Operation {
  if (!asked) {
    throw new InterlockError(
      'invalid_input',
      `operation: ${JSON.stringify(name.slice(0, 100))} is no operation that can be permitted.`,
      {
        next: 'Send the name of the call that was refused, such as cleanup_dead_agents.',
        params: { field: 'operation' },
      },
    );
  }
  if (asked.callers?.includes('agent') === false) {
    throw new InterlockError(
      'operation_not_permitted',
      `${asked.name} is for people and the coordinator itself: no permission opens it to an agent.`,
      { next: 'Ask the person at the editor to do it.', params: { operation: asked.name } },
    );
  }
  return asked;
}

function refuseWithoutReason({ justification, operation }: PermissionIntent): void {
  if (justification !== undefined) return;
  throw new InterlockError(
    'invalid_input',
    `justification: nothing says why ${operation} is needed, and this project wants to know.`,
    { next: 'Say in a sentence what you need it for, and call again.', params: { field: 'justification' } },
  );
}
