import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { delegationSchema, inputSchema, outputSchema } from '../src/coordinator/doors/openapi.ts';
import type { Operation } from '../src/coordinator/kernel/operation.ts';

/** The types of every operation and their names, as the source of the typed client. */
export async function clientTypes(list: readonly Operation[], command: string): Promise<string> {
  const types = await Promise.all(
    list.flatMap(operation => [
      typeOf(`${typeName(operation)}Input`, withDelegation(inputSchema(operation))),
      typeOf(`${typeName(operation)}Output`, outputSchema(operation)),
    ]),
  );
  const members = list.map(
    operation =>
      `  /** ${operation.description.replaceAll('*/', '* /')} */\n  ${operation.name}: { input: ${typeName(operation)}Input; output: ${typeName(operation)}Output };`,
  );
  return [
    `// Made from the operations by \`${command}\`.`,
    '',
    '/** Any value that JSON can hold. */',
    'export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };',
    '',
    ...types,
    '/** What each operation takes and answers. */',
    `export interface Operations {\n${members.join('\n')}\n}`,
    '',
    `export const operationNames = [\n${list.map(({ name }) => `  '${name}',`).join('\n')}\n] as const satisfies readonly (keyof Operations)[];`,
    '',
  ].join('\n');
}

async function typeOf(name: string, schema: Record<string, unknown>): Promise<string> {
  const { $defs, ...rest } = withJsonValues(schema);
  const definitions = Object.keys($defs ?? {});
  if (definitions.some(each => each !== jsonValueName))
    throw new Error(`${name} has definitions that no type is known for: ${definitions.join(', ')}`);
  return compile(rest as JSONSchema, name, {
    bannerComment: '',
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    // Nobody edits it, and 170 runs of a formatter take ten seconds.
    format: false,
  });
}

/** The name that zod gives to the one type here that contains itself. */
const jsonValueName = '__schema0';

function withJsonValues(schema: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    typeof value === 'object' && value?.$ref === `#/$defs/${jsonValueName}` && key !== jsonValueName
      ? { tsType: 'JsonValue' }
      : value,
  );
}

function withDelegation(schema: Record<string, unknown>): Record<string, unknown> {
  return { ...schema, properties: { ...Object(schema.properties), ...delegationSchema } };
}

function typeName({ name }: Operation): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
