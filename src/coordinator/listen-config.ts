import { InterlockError } from './kernel/errors.ts';

/** Calls that a key may make in a minute where nobody said how many. */
const defaultRequestsPerMinute = 600;
const defaultHost = '127.0.0.1';

/** How HTTP over TCP is offered. */
export interface ListenConfig {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Names beside those of this machine by which clients may call it, without port. */
  readonly hosts: readonly string[];
  /** Hosts of web pages that may call it, beside those of this machine. */
  readonly origins: readonly string[];
  readonly requestsPerMinute: number;
  /** What GitHub signs deliveries with, and what it did before; empty: only with secrets that people lend. Never logged. */
  readonly webhookSecrets: readonly string[];
  readonly required: boolean;
}

/** The same as a person writes it: in variables, options or a setting. A blank one counts as none. */
export interface ListenWords {
  /** `port`, or `address:port`. */
  readonly listen?: string | undefined;
  /** With commas between them. */
  readonly hosts?: string | undefined;
  readonly origins?: string | undefined;
  readonly requestsPerMinute?: string | undefined;
  readonly webhookSecret?: string | undefined;
  /** While it is rotated: the one before is taken too, as long as it is named. */
  readonly formerWebhookSecret?: string | undefined;
  /** Whether the coordinator is of no use without it: then it does not start where it cannot listen. */
  readonly required: boolean;
}

/**
 * Reads how HTTP is to be offered; undefined where it is not.
 * @throws InterlockError `invalid_input`, which names what is accepted.
 */
export function listenConfig(words: ListenWords): ListenConfig | undefined {
  const listen = words.listen?.trim();
  if (!listen) return undefined;
  const [, inBrackets, name, digits] =
    /^(?:(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):)?(\d{1,5})$/i.exec(listen) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new InterlockError(
      'invalid_input',
      `The address for HTTP is ${JSON.stringify(listen)}, which is none.`,
      {
        next: 'Give a port, or an address and a port: 7420, 127.0.0.1:7420, [::1]:7420.',
        params: { field: 'listen' },
      },
    );
  }
  return {
    host: inBrackets ?? name ?? defaultHost,
    port,
    hosts: listOf(words.hosts),
    origins: listOf(words.origins),
    requestsPerMinute: rateOf(words.requestsPerMinute),
    webhookSecrets: secretsOf(words),
    required: words.required,
  };
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map(each => each.trim().toLowerCase())
    .filter(each => each !== '');
}

/** Characters that a secret must have at least: whoever finds one by trying deliveries could do what GitHub may. */
export const shortestSecret = 16;
/** Characters that a secret has at most. */
export const longestSecret = 1_000;

function secretsOf({ webhookSecret, formerWebhookSecret }: ListenWords): readonly string[] {
  if (!webhookSecret) return [];
  const secrets = [webhookSecret, ...(formerWebhookSecret ? [formerWebhookSecret] : [])];
  if (secrets.every(({ length }) => length >= shortestSecret)) return secrets;
  throw new InterlockError(
    'invalid_input',
    `The secret of GitHub’s webhook has less than ${shortestSecret} characters.`,
    {
      next: 'Make a random one (openssl rand -hex 32), there and here.',
      params: { field: 'webhook_secret' },
    },
  );
}

function rateOf(text: string | undefined): number {
  if (!text?.trim()) return defaultRequestsPerMinute;
  const rate = Number(text);
  if (Number.isInteger(rate) && rate > 0) return rate;
  throw new InterlockError(
    'invalid_input',
    `The rate is ${JSON.stringify(text)}; a whole number from 1 is accepted.`,
    {
      next: 'Say how many calls a key may make in a minute.',
      params: { field: 'requests_per_minute' },
    },
  );
}
