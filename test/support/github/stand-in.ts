import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asDescribed } from './described.ts';
import {
  type Addresses,
  commentOf,
  eventOf,
  type Happening,
  issueOf,
  labelOf,
  type Thing,
  userOf,
} from './things.ts';

/** A GitHub on this machine, whose answers are checked against GitHub's published description of its API. */
export interface StandIn {
  /** As `interlock.github.address` names it. */
  readonly address: string;
  readonly api: string;
  readonly host: string;
  repository(name: string): StandInRepository;
  /** Tokens that are accepted, each with whom it stands for. */
  readonly tokens: Map<string, string>;
  /** What was asked, as `GET /repos/…`, with the status that was answered. */
  readonly asked: Asked[];
  /** Requests that counted against the quota. */
  used(): number;
  quota: number;
  /** What the next requests meet instead of an answer, the first first. */
  readonly faults: Fault[];
  /** How many are on a page where the request names no number. */
  close(): Promise<void>;
}

export interface Asked {
  readonly what: string;
  readonly status: number;
  readonly authorization: string | undefined;
}

/** `answer` lets one request through. */
export type Fault = 'answer' | Misdeed;
type Misdeed = (request: IncomingMessage, response: ServerResponse) => void;

export interface StandInRepository {
  /** Makes an issue or pull request, or changes what is said of it. Its time goes on with every change. */
  put(number: number, change?: Partial<Omit<Thing, 'number'>>): Thing;
  label(number: number, name: string, by: string): void;
  unlabel(number: number, name: string, by: string): void;
  close(number: number, by: string): void;
  remove(number: number): void;
  readonly comments: { readonly number: number; readonly body: string; readonly author: string }[];
  has(number: number): boolean;
  /** As it is now. */
  now(number: number): Thing;
  labelsOf(number: number): readonly string[];
  isMissing: boolean;
  hasNoIssues: boolean;
}

interface Held extends StandInRepository {
  readonly at: Addresses;
  readonly things: Map<number, Thing>;
  readonly happened: Map<number, Happening[]>;
}

/** @param at how it is found below its address: an Enterprise Server has its API at `/api/v3` */
export async function startStandIn(): Promise<StandIn> {
  const repositories = new Map<string, Held>();
  const asked: Asked[] = [];
  const faults: Fault[] = [];
  const tokens = new Map<string, string>();
  let clock = Date.parse('2026-11-21T10:00:00Z');
  let used = 0;
  const tick = () => {
    clock += 1000;
    return new Date(clock).toISOString().replace('.000', '');
  };

  const server: Server = createServer((request, response) => {
    response.on('close', () => {
      asked.push({
        what: `${request.method} ${decodeURIComponent(request.url ?? '').replace('/api/v3', '')}`,
        status: response.statusCode,
        authorization: request.headers.authorization,
      });
    });
    const fault = faults.shift();
    if (typeof fault === 'function') return fault(request, response);
    answer(request, response).catch((error: unknown) => {
      response.writeHead(599).end(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const address = `http://${host}`;
  const api = `${address}/api/v3`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', address);
    if (url.pathname.startsWith('/login/')) return signIn(url.pathname, response);
    const login = tokens.get(request.headers.authorization?.replace(/^(?:Bearer|token) /, '') ?? '');
    if (login === undefined) return refuse(response, 401, 'Bad credentials');
    if (used >= standIn.quota) return refuse(response, 403, `API rate limit exceeded for user ID 1.`);
    const body = await bodyOf(request);
    const found = route(request.method ?? '', url, login, body);
    if ('refused' in found) return refuse(response, found.refused, found.said);
    const text = JSON.stringify(found.body);
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
    const isSame = request.method === 'GET' && request.headers['if-none-match'] === etag;
    if (!isSame) used += 1;
    response.setHeader('etag', etag);
    if (found.next) response.setHeader('link', `<${found.next}>; rel="next"`);
    limits(response);
    if (isSame) response.writeHead(304).end();
    else
      response
        .writeHead(found.status ?? 200, { 'content-type': 'application/json; charset=utf-8' })
        .end(text);
  }

  /** The way of signing in by a code that is typed into a page (RFC 8628): here somebody has typed it at once. */
  function signIn(pathname: string, response: ServerResponse): void {
    const said =
      pathname === '/login/device/code'
        ? {
            device_code: 'device',
            user_code: '1234-5678',
            verification_uri: `${address}/login/device`,
            expires_in: 900,
            interval: 1,
          }
        : { access_token: [...tokens.keys()][0], token_type: 'bearer', scope: 'repo' };
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(said));
  }

  function limits(response: ServerResponse): void {
    response.setHeader('x-ratelimit-limit', standIn.quota);
    response.setHeader('x-ratelimit-remaining', Math.max(0, standIn.quota - used));
    response.setHeader('x-ratelimit-reset', Math.floor(Date.now() / 1000) + 1800);
  }

  function refuse(response: ServerResponse, status: number, message: string): void {
    limits(response);
    const said = asDescribed('basic-error', {
      message,
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    });
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(said));
  }

  interface Found {
    readonly body: unknown;
    readonly status?: number;
    readonly next?: string;
  }
  type Refused = { readonly refused: number; readonly said: string };
  const missing: Refused = { refused: 404, said: 'Not Found' };

  function route(method: string, url: URL, login: string, body: unknown): Found | Refused {
    if (url.pathname === '/api/v3/user') return { body: userOf({ api, pages: address }, login) };
    const [owner, name, kind, number, part, ...rest] = url.pathname
      .replace('/api/v3/repos/', '')
      .split('/')
      .map(decodeURIComponent);
    const held = repositories.get(`${owner}/${name}`);
    if (!held || held.isMissing) return missing;
    if (kind === 'labels' && method === 'GET') {
      const names = [...new Set([...held.things.values()].flatMap(({ labels }) => labels))].sort();
      return paged(
        url,
        names.map(each => labelOf(held.at, each)),
      );
    }
    if (kind !== 'issues') return missing;
    if (held.hasNoIssues) return { refused: 410, said: 'Issues are disabled for this repo' };
    if (number === undefined) return paged(url, issuesOf(held, url));
    const thing = held.things.get(Number(number));
    if (!thing) return missing;
    if (part === undefined) return { body: issueOf(held.at, thing) };
    if (part === 'events') {
      const happened = held.happened.get(thing.number) ?? [];
      return paged(
        url,
        happened.map((each, index) => eventOf(held.at, each, index)),
      );
    }
    if (part === 'comments' && method === 'GET') {
      const comments = held.comments.filter(each => each.number === thing.number);
      return paged(
        url,
        comments.map((each, index) => commentOf(held.at, thing.number, index + 1, each)),
      );
    }
    if (part === 'comments' && method === 'POST') {
      const { body: text } = body as { body: string };
      held.comments.push({ number: thing.number, body: text, author: login });
      thing.updatedAt = tick();
      return {
        status: 201,
        body: commentOf(held.at, thing.number, held.comments.length, { body: text, author: login }),
      };
    }
    if (part === 'labels' && method === 'POST') {
      for (const each of (body as { labels: string[] }).labels) held.label(thing.number, each, login);
      return { body: thing.labels.map(each => labelOf(held.at, each)) };
    }
    if (part === 'labels' && method === 'DELETE') {
      const label = rest.join('/');
      if (!thing.labels.includes(label)) return { refused: 404, said: 'Label does not exist' };
      held.unlabel(thing.number, label, login);
      return { body: thing.labels.map(each => labelOf(held.at, each)) };
    }
    return missing;
  }

  function issuesOf(held: Held, url: URL): readonly unknown[] {
    const state = url.searchParams.get('state') ?? 'open';
    const since = url.searchParams.get('since');
    return [...held.things.values()]
      .filter(thing => state === 'all' || thing.state === state)
      .filter(thing => since === null || Date.parse(thing.updatedAt) >= Date.parse(since))
      .sort((a, b) => a.updatedAt.localeCompare(b.updatedAt) || a.number - b.number)
      .map(thing => issueOf(held.at, thing));
  }

  function paged(url: URL, all: readonly unknown[]): Found {
    const size = Number(url.searchParams.get('per_page') ?? 30);
    const page = Number(url.searchParams.get('page') ?? 1);
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    return {
      body: all.slice((page - 1) * size, page * size),
      ...(page * size < all.length ? { next: `${address}${next.pathname}${next.search}` } : {}),
    };
  }

  function createRepository(name: string): Held {
    const things = new Map<number, Thing>();
    const happened = new Map<number, Happening[]>();
    const found = (number: number): Thing => {
      const thing = things.get(number);
      if (!thing) throw new Error(`there is no ${name}#${number}`);
      return thing;
    };
    const happen = (number: number, happening: Omit<Happening, 'at'>, at: string) =>
      happened.set(number, [...(happened.get(number) ?? []), { ...happening, at }]);
    return {
      at: { api, pages: address, repository: name },
      things,
      happened,
      comments: [],
      isMissing: false,
      hasNoIssues: false,
      put(number, change = {}) {
        const thing: Thing = {
          number,
          title: `Number ${number}`,
          body: null,
          state: 'open',
          isPull: false,
          author: 'ada',
          labels: [],
          ...things.get(number),
          ...change,
          updatedAt: change.updatedAt ?? tick(),
        };
        things.set(number, thing);
        return thing;
      },
      label(number, label, by) {
        const thing = found(number);
        if (thing.labels.includes(label)) return;
        thing.updatedAt = tick();
        thing.labels.push(label);
        happen(number, { event: 'labeled', actor: by, label }, thing.updatedAt);
      },
      unlabel(number, label, by) {
        const thing = found(number);
        thing.updatedAt = tick();
        thing.labels = thing.labels.filter(each => each !== label);
        happen(number, { event: 'unlabeled', actor: by, label }, thing.updatedAt);
      },
      close(number, by) {
        const thing = found(number);
        thing.updatedAt = tick();
        thing.state = 'closed';
        happen(number, { event: 'closed', actor: by }, thing.updatedAt);
      },
      remove(number) {
        things.delete(number);
        happened.delete(number);
      },
      has: number => things.has(number),
      now: number => ({ ...found(number), labels: [...found(number).labels] }),
      labelsOf: number => [...found(number).labels],
    };
  }

  const standIn: StandIn = {
    address,
    api,
    host,
    tokens,
    asked,
    faults,
    quota: 5000,
    used: () => used,
    repository(name) {
      const held = repositories.get(name) ?? createRepository(name);
      repositories.set(name, held);
      return held;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return standIn;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? undefined : JSON.parse(text);
}

/** Faults that GitHub, or what lies between, is known for. */
export const faults = {
  status(status: number, headers: Readonly<Record<string, string>> = {}, message = 'Server Error'): Misdeed {
    return (_, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
        .end(JSON.stringify({ message }));
  },
  secondaryLimit: (seconds: number): Misdeed =>
    faults.status(
      403,
      { 'retry-after': String(seconds) },
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    ),
  cutConnection: (request => request.socket.destroy()) satisfies Misdeed as Misdeed,
  cutBody: ((request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
      .write('[{"number": 1');
    setImmediate(() => request.socket.destroy());
  }) satisfies Misdeed as Misdeed,
  signInPage: ((_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html>Sign in</html>')) satisfies Misdeed as Misdeed,
  otherJson: ((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"hello":[1]}')) satisfies Misdeed as Misdeed,
  silence: (() => undefined) satisfies Misdeed as Misdeed,
};
