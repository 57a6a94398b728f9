import { parseArgs } from 'node:util';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { asCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { askForKey } from './login.ts';
import { printJson, printLine } from './print.ts';
import { type ApiKeyLine, apiKeyTable } from './tables.ts';

interface Request {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** For the person who is asked for their passphrase. */
  readonly what: string;
}

interface Answer {
  readonly api_keys?: readonly ApiKeyLine[];
  readonly api_key?: ApiKeyLine;
  readonly key?: string;
}

/**
 * `keys`, `keys create --name <name> --agent-id <id> --agent-type <type>`, `keys rotate <id>`, `keys revoke <id> --reason
 * <text>`: the API keys of this project, for the person at the terminal who is an operator. A new key is all that stands on
 * standard output, so that it can be piped to where it is kept.
 */
export const keys: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      all: { type: 'boolean' },
      name: { type: 'string' },
      'agent-id': { type: 'string' },
      'agent-type': { type: 'string' },
      'delegated-from': { type: 'string' },
      'expires-in-days': { type: 'string' },
      'overlap-minutes': { type: 'string' },
      reason: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [verb = 'list', id, ...more] = positionals;
  const request = more.length === 0 ? requestFor(verb, id, values) : undefined;
  if (!request) {
    process.stderr.write('interlock: keys, keys create, keys rotate <id>, or keys revoke <id>\n');
    return exitCodes.usage;
  }
  const answer = await asked(environment, request);
  if (values.json) printJson(answer);
  else if (answer.api_keys) printLine(apiKeyTable(answer.api_keys, Date.now()));
  else if (answer.key === undefined) printLine(`${answer.api_key?.key_id} is revoked.`);
  else {
    process.stderr.write(
      `${answer.api_key?.key_id} is for ${answer.api_key?.agent_id}. Its key is shown this once:\n`,
    );
    printLine(answer.key);
  }
  return exitCodes.ok;
};

type Values = Readonly<Record<string, string | boolean | undefined>>;

function requestFor(verb: string, id: string | undefined, values: Values): Request | undefined {
  if (verb === 'list' && id === undefined)
    return {
      operation: 'list_api_keys',
      input: { include_revoked: values.all ?? false },
      what: 'Listing keys',
    };
  if (verb === 'create' && id === undefined) {
    const input = said({
      name: required(values, 'name'),
      agent_id: required(values, 'agent-id'),
      agent_type: required(values, 'agent-type'),
      delegated_from: values['delegated-from'],
      expires_in_days: numberIn(values, 'expires-in-days'),
    });
    return { operation: 'create_api_key', input, what: 'Making a key' };
  }
  if (verb === 'rotate' && id !== undefined) {
    const input = said({ key_id: id, overlap_minutes: numberIn(values, 'overlap-minutes') });
    return { operation: 'rotate_api_key', input, what: 'Rotating a key' };
  }
  if (verb === 'revoke' && id !== undefined)
    return {
      operation: 'revoke_api_key',
      input: { key_id: id, reason: required(values, 'reason') },
      what: 'Revoking a key',
    };
  return undefined;
}

async function asked(environment: Environment, { operation, input, what }: Request): Promise<Answer> {
  const key = await askForKey(environment, what);
  return (await asCaller(environment, key, ({ call }) => call(operation, input))) as Answer;
}

function required(values: Values, name: string): string {
  const value = values[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new InterlockError('invalid_input', `--${name} is missing.`, { next: 'interlock help keys' });
}

function numberIn(values: Values, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  throw new InterlockError(
    'invalid_input',
    `--${name} is ${JSON.stringify(value)}; a whole number is accepted.`,
  );
}

function said(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
