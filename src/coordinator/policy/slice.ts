import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';

/** What a request is known by before anything in it is evaluated. */
export interface Shape {
  /** The action and the groups that it is in. */
  readonly actions: readonly string[];
  readonly resourceType: string;
}

/**
 * False where the policy's scope rules out every request of that shape, so that it need not be evaluated. (Cedar
 * evaluates every policy of a set, each in about a microsecond.)
 */
export function concerns({ action, resource, principal }: PolicyJson, shape: Shape): boolean {
  return (
    actionFits(action, shape.actions) &&
    typeFits(resource, shape.resourceType) &&
    typeFits(principal, 'Agent')
  );
}

function actionFits(constraint: PolicyJson['action'], actions: readonly string[]): boolean {
  if (constraint.op === 'All') return true;
  const named =
    'entities' in constraint ? constraint.entities : 'entity' in constraint ? [constraint.entity] : undefined;
  return named?.some(entity => actions.includes(idOf(entity))) ?? true;
}

function typeFits(constraint: PolicyJson['resource'] | PolicyJson['principal'], type: string): boolean {
  switch (constraint.op) {
    case 'is':
      return constraint.entity_type === type;
    case '==':
      return !('entity' in constraint) || typeOf(constraint.entity) === type;
    default:
      return true;
  }
}

type EntityJson =
  | { readonly __entity: { readonly id: string; readonly type: string } }
  | { readonly id: string; readonly type: string };

function idOf(entity: EntityJson): string {
  return '__entity' in entity ? entity.__entity.id : entity.id;
}

function typeOf(entity: EntityJson): string {
  return '__entity' in entity ? entity.__entity.type : entity.type;
}

/**
 * The names of attributes that the policies read, or `all` where one of them takes the context as a whole. An attribute
 * that no policy names cannot change what they say, and each that is sent costs microseconds.
 */
export function attributesRead(policies: readonly PolicyJson[]): ReadonlySet<string> | 'all' {
  const names = new Set<string>();
  let whole = false;
  const walk = (node: unknown, isObject: boolean): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const one of node) walk(one, false);
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'Var' && value === 'context' && !isObject) whole = true;
      if ((key === '.' || key === 'has') && isRecord(value)) {
        for (const name of [value.attr].flat()) names.add(String(name));
        walk(value.left, true);
      } else walk(value, false);
    }
  };
  for (const { conditions } of policies) walk(conditions, false);
  return whole ? 'all' : names;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
