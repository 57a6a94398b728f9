import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { commands } from '../src/bridge/cli/command-table.ts';
import { usageOf } from '../src/bridge/cli/usage.ts';
import { toolOf } from '../src/coordinator/doors/mcp-tools.ts';
import { inputSchema, openApiDocument } from '../src/coordinator/doors/openapi.ts';
import { allErrorCodes, meaningOf, statusOf } from '../src/coordinator/kernel/errors.ts';
import type { Operation } from '../src/coordinator/kernel/operation.ts';
import { operations } from '../src/coordinator/operations.ts';
import { saveProfile } from '../src/coordinator/profiles/save-profile.ts';
import { cedarSchema } from './cedar-schema.ts';
import { clientTypes } from './client-types.ts';

/** How to make the files again; said in each of them, and by the test that finds them stale. */
export const command = 'npm run reference';

/** The files, by path from the repository's root, as the operations make them. */
export async function referenceFiles(): Promise<ReadonlyMap<string, string>> {
  const list: readonly Operation[] = operations;
  const tools = list.filter(operation => operation.tool !== false).map(toolOf);
  return new Map([
    ['docs/reference/operations.md', page(list)],
    ['docs/reference/openapi.json', json(openApiDocument(list, packageJson.version))],
    ['docs/reference/command-line.md', commandLinePage()],
    ['docs/reference/mcp-tools.json', json(tools)],
    ['media/profile.schema.json', json(profileSchema(list))],
    ['cedar/schema.cedarschema', cedarSchema(list, command)],
    ['src/client/generated/operations.ts', await clientTypes(list, command)],
  ]);
}

/** What an editor checks a profile by: the fields of save_profile that stand in its file. */
function profileSchema(list: readonly Operation[]): object {
  const { properties, ...schema } = inputSchema(saveProfile) as { properties: Record<string, Field> };
  const names = list.map(({ name }) => name).sort();
  const fields = Object.entries(properties)
    .filter(([name]) => !['name', 'reason', 'version'].includes(name))
    .map(([name, field]) => [
      name,
      name.endsWith('_operations') ? { ...field, items: { enum: names }, uniqueItems: true } : field,
    ]);
  const description = `A profile: what its agents may do, and how much of it. Made from save_profile by \`${command}\`.`;
  return {
    ...schema,
    // The newest that the editor's validator knows.
    $schema: 'http://json-schema.org/draft-07/schema#',
    description,
    required: [],
    additionalProperties: false,
    properties: Object.fromEntries(fields),
  };
}

function page(list: readonly Operation[]): string {
  return [
    `<!-- Made from the operations by \`${command}\`. -->`,
    '# Operations',
    '',
    'Everything a caller can ask for. Each is an MCP tool (unless it says otherwise), `POST /api/v1/<name>` on the socket,',
    'and a method of the typed client; the machine-readable forms are `mcp-tools.json` and `openapi.json`.',
    '',
    ...list.flatMap(section),
    '## Errors',
    '',
    '| code | status | meaning |',
    '|---|---|---|',
    ...allErrorCodes.map(code => `| \`${code}\` | ${statusOf(code)} | ${meaningOf(code)} |`),
    '',
  ].join('\n');
}

function commandLinePage(): string {
  const text = (name?: string) => (usageOf(name) ?? '').trim();
  return [
    `<!-- Made from the table of commands by \`${command}\`. -->`,
    '# Command line',
    '',
    '`interlock` is `dist/bridge.js`, also as `npx interlock`.',
    '',
    '```text',
    text(),
    '```',
    '',
    ...commands.flatMap(({ name }) => [`## ${name}`, '', '```text', text(name), '```', '']),
  ].join('\n');
}

function section(operation: Operation): string[] {
  const access = typeof operation.access === 'string' ? operation.access : 'depends on the input';
  const callers = (operation.callers ?? ['agent', 'operator', 'system']).join(', ');
  const notTool = operation.tool === false ? ' Not an MCP tool.' : '';
  const feed = operation.feed ? ` Also the MCP resource \`${operation.feed.uri}\`.` : '';
  const prompt = operation.prompt ? ` Also the MCP prompt \`${operation.prompt.name}\`.` : '';
  return [
    `## ${operation.name}`,
    '',
    operation.description,
    '',
    `Access: ${access}. Callers: ${callers}.${notTool}${feed}${prompt}`,
    '',
    ...fieldTable(operation),
    '',
  ];
}

interface Field {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
}

function fieldTable(operation: Operation): string[] {
  const schema = inputSchema(operation) as { properties?: Record<string, Field>; required?: string[] };
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return ['It takes no input.'];
  const required = new Set(schema.required ?? []);
  return [
    '| field | type | |',
    '|---|---|---|',
    ...fields.map(([name, field]) => {
      const type = field.enum ? field.enum.map(value => `\`${value}\``).join(' \\| ') : (field.type ?? 'any');
      const fallback = field.default === undefined ? '' : ` Default: \`${JSON.stringify(field.default)}\`.`;
      return `| \`${name}\`${required.has(name) ? '' : '?'} | ${type} | ${field.description ?? ''}${fallback} |`;
    }),
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  for (const [path, text] of await referenceFiles()) {
    const target = join(import.meta.dirname, '..', path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}
