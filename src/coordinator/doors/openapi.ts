import { z } from 'zod';
import { onBehalfOf } from '../kernel/delegation.ts';
import { allErrorCodes, meaningOf, statusOf } from '../kernel/errors.ts';
import type { Operation } from '../kernel/operation.ts';

/** The OpenAPI 3.1 description of every operation, derived from its declaration. */
export function openApiDocument(operations: readonly Operation[], version: string): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Interlock',
      version,
      description:
        'The coordinator of one store. Over its socket a caller sends its folder as `interlock-cwd`.',
    },
    paths: Object.fromEntries(
      operations.map(operation => [`/api/v1/${operation.name}`, { post: describe(operation) }]),
    ),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'header', name: 'authorization', description: '`Session <token>`' },
        key: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description:
            'Bound to one agent; `interlock-session` tells apart what its holder does at the same time.',
        },
        operator: { type: 'apiKey', in: 'header', name: 'authorization', description: '`Operator <key>`' },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

/** JSON Schema of what an operation takes. */
export function inputSchema(operation: Operation): Record<string, unknown> {
  return z.toJSONSchema(operation.input, { io: 'input', target: 'draft-2020-12' });
}

/** The field that any call may carry beside those of its operation. */
export const delegationSchema = {
  [onBehalfOf]: {
    type: 'string',
    minLength: 1,
    description: 'The person the call is made for; it must be the one that the session acts for.',
  },
};

/** JSON Schema of a request: what the operation takes, and for whom the call is made. */
function bodySchema(operation: Operation): Record<string, unknown> {
  const schema = inputSchema(operation);
  return { ...schema, properties: { ...Object(schema.properties), ...delegationSchema } };
}

/** JSON Schema of what an operation answers. */
export function outputSchema(operation: Operation): Record<string, unknown> {
  return z.toJSONSchema(operation.output, { io: 'output', target: 'draft-2020-12' });
}

function describe(operation: Operation): Record<string, unknown> {
  return {
    operationId: operation.name,
    summary: operation.title,
    description: operation.description,
    requestBody: { required: true, content: { 'application/json': { schema: bodySchema(operation) } } },
    responses: {
      '200': { description: 'Done', content: { 'application/json': { schema: outputSchema(operation) } } },
      default: {
        description: 'Refused or failed',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

const problemSchema = {
  type: 'object',
  required: ['code', 'message', 'status'],
  properties: {
    code: {
      enum: allErrorCodes,
      description: allErrorCodes.map(code => `${code} (${statusOf(code)}): ${meaningOf(code)}`).join('\n'),
    },
    message: { type: 'string' },
    next: { type: 'string' },
    retryable: { type: 'boolean' },
    params: { type: 'object' },
    status: { type: 'integer' },
  },
};
