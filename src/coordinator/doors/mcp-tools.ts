import type { Tool } from '@modelcontextprotocol/server';
import type { Operation } from '../kernel/operation.ts';
import { delegationSchema, inputSchema, outputSchema } from './openapi.ts';

const definitions = new WeakMap<Operation, Tool & { outputSchema: Record<string, unknown> }>();

/** The MCP tool that an operation is. Its annotations say what the declaration says, nothing more favourable. */
export function toolOf(operation: Operation): Tool & { outputSchema: Record<string, unknown> } {
  const made = definitions.get(operation) ?? makeTool(operation);
  definitions.set(operation, made);
  return made;
}

/** The same for a session that acts for a person: every call may say for whom it is made. */
export function toolWithDelegation(operation: Operation): Tool {
  const tool = toolOf(operation);
  const { inputSchema } = tool;
  return {
    ...tool,
    inputSchema: { ...inputSchema, properties: { ...inputSchema.properties, ...delegationSchema } },
  };
}

function makeTool(operation: Operation): Tool & { outputSchema: Record<string, unknown> } {
  const readOnly = operation.access === 'read';
  return {
    name: operation.name,
    title: operation.title,
    description: operation.description,
    inputSchema: { ...inputSchema(operation), type: 'object' },
    outputSchema: { ...outputSchema(operation), type: 'object' },
    annotations: {
      title: operation.title,
      readOnlyHint: readOnly,
      ...(readOnly ? {} : { destructiveHint: operation.destructive ?? false }),
      idempotentHint: readOnly || (operation.idempotent ?? false),
      openWorldHint: false,
    },
  };
}
