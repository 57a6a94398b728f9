import { request as plainRequest } from '@octokit/request';
import { z } from 'zod';
import { ApiFailure, failureOf, untilReset } from './failure.ts';

export interface ClientConfig {
  /** Where the API is, without a slash at the end. */
  readonly api: string;
  /** Is sent there and nowhere else. */
  readonly token: string;
  readonly version: string;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
  /** How long an answer is waited for, in milliseconds. */
  readonly patienceMs?: number;
}

/** One page of an answer. */
export interface Page<Item> {
  readonly items: Item;
  /** The address of the page after this one. */
  readonly next: string | undefined;
  /** When it was answered, by GitHub's clock, in ISO 8601. */
  readonly at: string;
}

/** Asks one GitHub with one token, one request after the other, as GitHub asks of those who poll. */
export interface GitHubClient {
  /**
   * Reads an address, absolute or below the API's. `undefined`: it is as it was when it was asked for last, which costs no quota.
   * @throws ApiFailure
   */
  read<Schema extends z.ZodType>(
    address: string,
    schema: Schema,
  ): Promise<Page<z.output<Schema>> | undefined>;
  /** Reads the address whether or not it changed. @throws ApiFailure */
  readAgain<Schema extends z.ZodType>(address: string, schema: Schema): Promise<Page<z.output<Schema>>>;
  /** Changes something. @throws ApiFailure */
  send(
    method: 'POST' | 'PUT' | 'DELETE',
    address: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** How long nothing may be asked, in milliseconds; 0 where it may. */
  restsMs(): number;
  /** Forgets how everything was: what was read has come to nothing. */
  forget(): void;
}

/** How many addresses are remembered with how they were. */
const mostRemembered = 2_000;
const usualPatienceMs = 30_000;
/** The quota is that of the person, for all of their tools: the last tenth is left to others. */
const leftToOthers = 0.1;

/** Reads what a request answers, or says in which way it failed. */
export function createGitHubClient(config: ClientConfig): GitHubClient {
  const { api, token, version, monotonicMs, patienceMs = usualPatienceMs } = config;
  const request = plainRequest.defaults({
    baseUrl: api,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': `interlock/${version}`,
      'x-github-api-version': '2022-11-28',
    },
    request: { log: { debug() {}, info() {}, warn() {}, error() {} }, parseSuccessResponseBody: false },
  });
  const tags = new Map<string, string>();
  let restsUntilMs = 0;

  function rest(waitMs: number): void {
    restsUntilMs = Math.max(restsUntilMs, monotonicMs() + waitMs);
  }

  const restsMs = () => Math.max(0, restsUntilMs - monotonicMs());

  async function ask(
    method: string,
    address: string,
    { headers, body }: { readonly headers?: Record<string, string>; readonly body?: object } = {},
  ) {
    const url = addressBelow(api, address);
    if (restsMs() > 0)
      throw new ApiFailure('limited', 'GitHub asked to be left alone for a while.', restsMs());
    try {
      const answer = await request({
        method,
        url,
        ...(headers ? { headers } : {}),
        ...(body ? { data: body } : {}),
        request: { signal: AbortSignal.timeout(patienceMs) },
      });
      const [remaining, limit] = ['remaining', 'limit'].map(each => answer.headers[`x-ratelimit-${each}`]);
      if (remaining !== undefined && Number(remaining) <= Number(limit) * leftToOthers)
        rest(untilReset(answer.headers));
      return answer;
    } catch (error) {
      const failed = notModifiedOrFailure(error, patienceMs);
      if (failed?.waitMs !== undefined) rest(failed.waitMs);
      if (failed) throw failed;
      return undefined;
    }
  }

  async function read<Schema extends z.ZodType>(address: string, schema: Schema, tag: string | undefined) {
    const answer = await ask('GET', address, tag === undefined ? {} : { headers: { 'if-none-match': tag } });
    if (!answer) return undefined;
    const items = schema.safeParse(await jsonOf(answer.data, patienceMs));
    if (!items.success) throw garbage(address, items.error);
    const next = nextOf(answer.headers.link);
    tags.delete(address);
    if (answer.headers.etag !== undefined) tags.set(address, answer.headers.etag);
    const [oldest] = tags.keys();
    if (tags.size > mostRemembered && oldest !== undefined) tags.delete(oldest);
    return { items: items.data, next, at: momentOf(answer.headers.date) };
  }

  return {
    read: (address, schema) => read(address, schema, tags.get(address)),
    async readAgain(address, schema) {
      const page = await read(address, schema, undefined);
      if (!page)
        throw new ApiFailure(
          'garbage',
          `GitHub said of ${address} that it is as it was, which nobody asked.`,
        );
      return page;
    },
    async send(method, address, body) {
      const answer = await ask(method, address, body ? { body } : {});
      if (answer?.data instanceof ReadableStream) await answer.data.cancel();
    },
    restsMs,
    forget: () => tags.clear(),
  };
}

/** A page may name another host as the next one, or an address another scheme: the token goes to the API alone. */
function addressBelow(api: string, address: string): string {
  const url = address.startsWith('/') ? `${api}${address}` : address;
  if (url.startsWith(`${api}/`)) return url;
  throw new ApiFailure(
    'garbage',
    `GitHub named ${address.slice(0, 200)} as the next page, which is no address of its API.`,
  );
}

/** An answer without its time counts as one of long ago. */
function momentOf(date: string | undefined): string {
  const time = Date.parse(date ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}

/** The address of the next page, by the header `Link` (RFC 8288). */
function nextOf(link: string | undefined): string | undefined {
  return /<([^<>]+)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
}

const Failed = z.object({
  status: z.number(),
  message: z.string(),
  response: z
    .object({
      headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
      data: z.unknown(),
    })
    .optional(),
});
const Said = z.object({ message: z.string() });

/** Undefined: the answer is that nothing has changed. */
function notModifiedOrFailure(error: unknown, patienceMs: number): ApiFailure | undefined {
  if (error instanceof ApiFailure) return error;
  const failed = Failed.safeParse(error);
  if (!failed.success || !failed.data.response) return unreachable(error, patienceMs);
  const { status, response } = failed.data;
  if (status === 304) return undefined;
  const said = Said.safeParse(response.data);
  return failureOf({ status, headers: response.headers, said: said.success ? said.data.message : '' });
}

/** No answer came, or it broke off. */
function unreachable(error: unknown, patienceMs: number): ApiFailure {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  if (causes.some(each => each instanceof Error && each.name === 'TimeoutError'))
    return new ApiFailure('unavailable', `GitHub did not answer within ${patienceMs / 1000} s.`);
  const why = error instanceof Error ? error.message : String(error);
  return new ApiFailure('unavailable', `GitHub could not be reached: ${why.slice(0, 300)}.`);
}

/** A hundred issues with the longest text each, and as much again. Bytes. */
const mostRead = 32 * 1024 * 1024;

/** What the body says; undefined for what is no JSON, which no answer of the API is. */
async function jsonOf(body: unknown, patienceMs: number): Promise<unknown> {
  if (!(body instanceof ReadableStream)) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      size += piece.length;
      if (size > mostRead) return undefined;
      pieces.push(piece);
    }
  } catch (error) {
    throw unreachable(error, patienceMs);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    return undefined;
  }
}

function garbage(address: string, error: z.ZodError): ApiFailure {
  const [first] = error.issues;
  const where = first?.path.length ? `${first.path.join('.')}: ` : '';
  return new ApiFailure(
    'garbage',
    `What came for ${address.slice(0, 200)} is no answer of GitHub’s API (${where}${first?.message ?? 'nothing'}). A proxy or a sign-in page may be in between.`,
  );
}
