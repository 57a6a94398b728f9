import {
  type Prompt as McpPrompt,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { InterlockError, statusOf } from '../kernel/errors.ts';
import type { Completes, Operation, Prompt } from '../kernel/operation.ts';

type PromptOperation = Operation & { readonly prompt: Prompt };

/** Calls an operation through the corridor, for whoever this connection speaks for. */
type Walk = (
  operation: Operation,
  input: Record<string, unknown>,
  context: ServerContext,
) => Promise<Record<string, unknown>>;

/**
 * Offers every operation that declares a prompt, and completes its arguments.
 * @param suggest the operation that knows what begins like what was typed.
 */
export function connectPrompts(
  server: Server,
  operations: readonly Operation[],
  suggest: Operation,
  walk: Walk,
): void {
  const prompts = new Map(operations.filter(offersPrompt).map(each => [each.prompt.name, each]));

  server.setRequestHandler('prompts/list', () => ({ prompts: [...prompts.values()].map(promptOf) }));
  server.setRequestHandler('prompts/get', async (request, context) => {
    const { name, arguments: given = {} } = request.params;
    const operation = promptNamed(prompts, name);
    const { text } = await answering(walk(operation, withoutBlanks(given), context));
    return {
      description: operation.prompt.description,
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: String(text) } }],
    };
  });
  server.setRequestHandler('completion/complete', async (request, context) => {
    const { ref, argument } = request.params;
    const completes =
      ref.type === 'ref/prompt' ? completesOf(prompts.get(ref.name), argument.name) : 'nothing';
    if (completes === 'nothing') return { completion: { values: [], hasMore: false } };
    const input = { of: completes, typed: argument.value };
    const { values, truncated } = (await answering(walk(suggest, input, context))) as {
      values: string[];
      truncated: boolean;
    };
    return { completion: { values, hasMore: truncated } };
  });
}

/** A refusal in the protocol's own words: these requests have no place for a result that says no. */
async function answering<T>(walking: Promise<T>): Promise<T> {
  try {
    return await walking;
  } catch (error) {
    if (!(error instanceof InterlockError)) throw error;
    const code =
      statusOf(error.code) < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
    throw new ProtocolError(code, [`${error.code}: ${error.message}`, error.next].filter(Boolean).join(' '));
  }
}

function offersPrompt(operation: Operation): operation is PromptOperation {
  return operation.prompt !== undefined;
}

function promptOf({ prompt, input }: PromptOperation): McpPrompt {
  return {
    name: prompt.name,
    title: prompt.title,
    description: prompt.description,
    arguments: Object.keys(prompt.arguments).map(name => {
      const field = input.shape[name];
      return {
        name,
        ...(field?.description === undefined ? {} : { description: field.description }),
        required: field?.safeParse(undefined).success === false,
      };
    }),
  };
}

function promptNamed(prompts: ReadonlyMap<string, PromptOperation>, name: string): PromptOperation {
  const operation = prompts.get(name);
  if (operation) return operation;
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `${JSON.stringify(name.slice(0, 100))} is no prompt of Interlock: it has ${[...prompts.keys()].join(', ')}.`,
  );
}

function completesOf(operation: PromptOperation | undefined, argument: string): Completes {
  const completable = operation?.prompt.arguments ?? {};
  return Object.hasOwn(completable, argument) ? (completable[argument] ?? 'nothing') : 'nothing';
}

/** A form sends what nobody filled in as an empty text. */
function withoutBlanks(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ''));
}
