import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';

/** True where what the policy asks of the resource's path or name may hold; false where it cannot apply. */
export type Necessary = (name: string) => boolean;

/**
 * What a policy asks of the path of a file, or the name of anything else, as far as it can be said without Cedar:
 * `resource.path like "infra/*"`, alone or joined with others by `&&` and `||`. A policy for which it is false does not
 * apply, whatever else it says, so that Cedar need not be asked. Undefined where nothing can be said.
 */
export function necessaryFor({ conditions }: PolicyJson): Necessary | undefined {
  return conditions
    .filter(({ kind }) => kind === 'when')
    .map(({ body }) => necessary(body))
    .reduce(both, undefined);
}

function necessary(expression: unknown): Necessary | undefined {
  if (!isRecord(expression)) return undefined;
  const and = expression['&&'];
  if (isRecord(and)) return both(necessary(and.left), necessary(and.right));
  const or = expression['||'];
  if (isRecord(or)) return either(necessary(or.left), necessary(or.right));
  const like = expression.like;
  if (isRecord(like) && isName(like.left) && Array.isArray(like.pattern)) return fits(like.pattern);
  const equal = expression['=='];
  if (isRecord(equal) && isName(equal.left) && isRecord(equal.right)) {
    const { Value: value } = equal.right;
    return typeof value === 'string' ? name => name === value : undefined;
  }
  return undefined;
}

function both(one: Necessary | undefined, other: Necessary | undefined): Necessary | undefined {
  if (!one || !other) return one ?? other;
  return name => one(name) && other(name);
}

function either(one: Necessary | undefined, other: Necessary | undefined): Necessary | undefined {
  return one && other ? name => one(name) || other(name) : undefined;
}

/** `resource.path` or `resource.name`: both are what the request knows the resource by. */
function isName(expression: unknown): boolean {
  if (!isRecord(expression)) return false;
  const access = expression['.'];
  if (!isRecord(access) || !isRecord(access.left) || access.left.Var !== 'resource') return false;
  return access.attr === 'path' || access.attr === 'name';
}

/** Each piece in its order, as Cedar's wildcards mean it: the first where it stands, each next as early as it can be. */
function fits(pattern: readonly unknown[]): Necessary {
  const pieces = [''];
  for (const element of pattern) {
    if (element === 'Wildcard') pieces.push('');
    else pieces[pieces.length - 1] += isRecord(element) ? String(element.Literal) : '';
  }
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return name => name === first;
  return name => {
    if (!name.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return name.length - last.length >= at && name.endsWith(last);
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
