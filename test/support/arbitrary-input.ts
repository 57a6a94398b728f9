import fc from 'fast-check';
import { inputSchema } from '../../src/coordinator/doors/openapi.ts';
import type { Operation } from '../../src/coordinator/kernel/operation.ts';

/** As much of JSON Schema as the inputs of operations use. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly additionalProperties?: Schema | boolean;
}

/** Inputs that the operation's schema accepts. */
export function validInput(operation: Operation): fc.Arbitrary<Record<string, unknown>> {
  return valueFor(inputSchema(operation) as Schema) as fc.Arbitrary<Record<string, unknown>>;
}

/** Inputs in which one thing is wrong: a type, a range, a name, a size, or what a hostile caller would try. */
export function badInput(operation: Operation): fc.Arbitrary<unknown> {
  const schema = inputSchema(operation) as Schema;
  const fields = Object.keys(schema.properties ?? {});
  const notAnObject = fc.constantFrom<unknown>(42, 'text', true, [], [[]], Number.NaN);
  const unknownField = validInput(operation).map(input => ({ ...input, decided_by: 'me' }));
  if (fields.length === 0) return fc.oneof(notAnObject, unknownField);
  const withHostileField = fc
    .tuple(validInput(operation), fc.constantFrom(...fields), hostileValue)
    .map(([input, field, value]) => ({ ...input, [field]: value }));
  return fc.oneof(notAnObject, unknownField, { arbitrary: withHostileField, weight: 6 });
}

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1.5,
    2 ** 53,
    -(2 ** 63),
    1e308,
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '../../etc/passwd',
    '..\\..\\windows',
    '/etc/passwd',
    'C:\\Windows',
    "'; drop table locks; --",
    '$' + '{process.exit()}',
    '\ud800',
    '\u202egpj.exe',
    '%00',
    { $ne: null },
    { toString: 'x' },
    [[[[[[[[]]]]]]]],
    true,
  ),
  fc.constant('x'.repeat(100_000)),
  fc.constant(Array.from({ length: 5_000 }, () => 'x')),
  fc.constant(JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}}}')),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.jsonValue({ maxDepth: 4 }),
);

function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return fc.oneof(...options.map(valueFor));
  if (typeof schema.type === 'object')
    return fc.oneof(...schema.type.map(type => valueFor({ ...schema, type })));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(valueFor(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
      });
    case 'integer':
      return fc.integer({ min: clamp(schema.minimum ?? -1000), max: clamp(schema.maximum ?? 1000) });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(schema: Schema): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0 && typeof schema.additionalProperties === 'object') {
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), valueFor(schema.additionalProperties), {
      maxKeys: 3,
    });
  }
  return fc.record(Object.fromEntries(properties.map(([name, property]) => [name, valueFor(property)])), {
    requiredKeys: [...(schema.required ?? [])],
  });
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'date-time') {
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map(date => date.toISOString());
  }
  if (schema.pattern) return fc.stringMatching(new RegExp(schema.pattern));
  const words = fc.constantFrom('src/a.ts', 'src/**', 'api:POST /users', 'a', 'fix the tests', 'olga');
  return words.filter(
    text => text.length >= (schema.minLength ?? 0) && text.length <= (schema.maxLength ?? 1000),
  );
}

function clamp(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
}
