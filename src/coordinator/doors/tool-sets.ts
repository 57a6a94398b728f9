import type { IncomingHttpHeaders } from 'node:http';
import { toolSetsHeader } from '../handshake.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Operation } from '../kernel/operation.ts';

/** The operations by the sets that a client may ask for. */
export type ToolSets = Readonly<Record<string, readonly Operation[]>>;

/** The set that is with every other one. */
const alwaysShown = 'always';

/**
 * The sets that a connection asks for; undefined where it asks for none, which is all of them.
 * @throws InterlockError `invalid_input` for a set that there is not, and names those that there are
 */
export function toolSetsNamed(sets: ToolSets, headers: IncomingHttpHeaders): readonly string[] | undefined {
  const names = String(headers[toolSetsHeader] ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  if (names.length === 0) return undefined;
  const unknown = names.find(name => !Object.hasOwn(sets, name));
  if (unknown === undefined) return names;
  const accepted = Object.keys(sets).filter(name => name !== alwaysShown);
  throw new InterlockError(
    'invalid_input',
    `${toolSetsHeader}: ${JSON.stringify(unknown.slice(0, 100))} is no set of tools. There are ${accepted.join(', ')}.`,
    {
      next: 'Name some of them, or none to be shown all tools.',
      params: { field: toolSetsHeader, accepted },
    },
  );
}

/** What the connection is shown: a tool that is not shown cannot be called through it either. */
export function toolsIn(sets: ToolSets, names: readonly string[] | undefined): readonly Operation[] {
  const wanted = names === undefined ? Object.keys(sets) : [alwaysShown, ...names];
  return [...new Set(wanted)].flatMap(name => sets[name] ?? []).filter(operation => operation.tool !== false);
}
