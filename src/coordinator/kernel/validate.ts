import type { z } from 'zod';
import type { Step } from './corridor.ts';
import { withoutDelegation } from './delegation.ts';
import { InterlockError } from './errors.ts';
import { accessOf, type Operation } from './operation.ts';

/** How much of a wrong value a message repeats. */
const shownCharacters = 80;

/** Levels of objects and lists within one another. What works with a value calls itself once a level. */
const deepestInput = 64;

/** Step 2: the input is what the operation's schema accepts, unknown fields included in what is refused. */
export const validate: Step = async passage => {
  const { operation, call, place } = passage;
  const given = withoutDelegation(operation, call.input ?? {});
  refuseTooDeep(operation.name, given);
  const parsed = strictInputOf(operation).safeParse(given);
  if (!parsed.success)
    throw invalidInput(operation.name, parsed.error, given, Object.keys(operation.input.shape));
  if (!place) throw new Error('validate ran before identify');
  refuseUnstorable(operation.name, given);
  passage.input = parsed.data;
  passage.access = accessOf(operation, parsed.data);
  passage.resource = operation.resource(parsed.data, place);
  passage.resources = operation.resources?.(parsed.data, place) ?? [passage.resource];
};

/** Zod compiles a schema when it is first used, which takes longer than to use it: each is made strict once. */
const strictInputs = new WeakMap<Operation, z.ZodObject>();

function strictInputOf(operation: Operation): z.ZodObject {
  const known = strictInputs.get(operation);
  if (known) return known;
  const strict = operation.input.strict();
  strictInputs.set(operation, strict);
  return strict;
}

/** Goes through the value level by level, since the value decides how deep it is. */
function refuseTooDeep(name: string, value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepestInput) {
      throw new InterlockError(
        'invalid_input',
        `${name} was not carried out. input: it is nested more than ${deepestInput} levels deep.`,
        {
          next: 'Send it flatter, or as text.',
          params: { problems: [{ field: 'input', message: 'too deep' }] },
        },
      );
    }
    level = level.flatMap(each => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
}

/** What no database column can hold, in any field: a NUL character or half a surrogate pair. */
function refuseUnstorable(name: string, value: unknown, path = ''): void {
  if (typeof value === 'string') {
    if (!value.includes('\u0000') && value.isWellFormed()) return;
    throw new InterlockError(
      'invalid_input',
      `${name} was not carried out. ${path}: the text holds a NUL or half a character.`,
      {
        next: 'Send the field as well-formed text.',
        params: { problems: [{ field: path, message: 'holds a NUL or half a character' }] },
      },
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value))
    refuseUnstorable(name, member, path ? `${path}.${key}` : key);
}

/** One error for all that is wrong: each problem names the field, the value and what is accepted. */
export function invalidInput(
  name: string,
  error: z.ZodError,
  given: unknown,
  accepted: readonly string[],
): InterlockError {
  const problems = error.issues.slice(0, 5).map(issue => {
    if (issue.code === 'unrecognized_keys') {
      return `${issue.keys.map(show).join(', ')} is no field of it (it takes ${accepted.join(', ') || 'none'})`;
    }
    const field = issue.path.join('.') || 'input';
    return `${field}: ${problemOf(issue)} (given: ${show(valueAt(given, issue.path))})`;
  });
  return new InterlockError('invalid_input', `${name} was not carried out. ${problems.join('; ')}.`, {
    next: 'Correct the named fields and call again.',
    params: {
      problems: error.issues
        .slice(0, 20)
        .map(issue => ({ field: issue.path.join('.'), message: problemOf(issue) })),
    },
  });
}

/** What is wrong; of a value that may be one of several things, what is wrong with it as each of them. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message;
  const problems = issue.errors.flatMap(([first]) => (first ? [problemOf(first)] : []));
  return [...new Set(problems)].join(', or ') || issue.message;
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    given,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? String(value));
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
