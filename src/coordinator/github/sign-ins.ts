import { z } from 'zod';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import type { Passage } from '../kernel/passage.ts';
import { enterpriseAt } from './address.ts';

const Host = z
  .string()
  .max(255)
  .regex(/^[a-z0-9.-]+(?::\d+)?$/)
  .describe('The host of its pages, in lower case: github.com.');

/** The longest token that GitHub makes has 255 characters. */
const longestToken = 1_000;

/**
 * Lends a person's sign-in to GitHub to this coordinator, for one project. It stays in the memory of the process, and is in
 * no record, no log and no answer. Only people may: an agent's token would make the agent a person on GitHub.
 */
export const signInToGitHub = operation({
  name: 'sign_in_to_github',
  title: 'Sign in to GitHub',
  description: 'Lends a token of GitHub to this coordinator until it ends.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: z.object({
    host: Host,
    token: z.string().describe('It is kept in memory alone.'),
  }),
  output: z.object({ success: z.literal(true) }),
  resource: ({ host }) => ({ type: 'Project', id: `github/${host}` }),
  async run({ note }, { host, token }) {
    // Said without the value, unlike what a schema refuses.
    if (token.length === 0 || token.length > longestToken || !/^[\x21-\x7e]+$/.test(token)) {
      throw new InterlockError('invalid_input', `token: it is no token of GitHub.`, {
        next: 'Send the access token of the sign-in as it is.',
        params: { field: 'token' },
      });
    }
    note({ host });
    return { success: true as const };
  },
});

/** Forgets the sign-in. */
export const signOutOfGitHub = operation({
  name: 'sign_out_of_github',
  title: 'Sign out of GitHub',
  description: 'Makes this coordinator forget the token of GitHub that it was lent.',
  access: 'admin',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  input: z.object({ host: Host }),
  output: z.object({ success: z.literal(true) }),
  resource: ({ host }) => ({ type: 'Project', id: `github/${host}` }),
  async run({ note }, { host }) {
    note({ host });
    return { success: true as const };
  },
});

/** A token with the one host that it may be sent to. */
export interface GitHubToken {
  readonly host: string;
  readonly token: string;
  /** Of the GitHub Enterprise Server that it is for; absent: it is for github.com. */
  readonly address?: string;
}

/**
 * The token that a process was started with, for the one GitHub that it is meant for.
 * @throws InterlockError `invalid_input` where the address is none of a GitHub: the token must not reach anything else.
 */
export function githubToken({
  token,
  address,
}: {
  readonly token: string;
  readonly address?: string;
}): GitHubToken {
  const host = address === undefined ? 'github.com' : enterpriseAt(address)?.host;
  if (host !== undefined) return { host, token, ...(address === undefined ? {} : { address }) };
  throw new InterlockError('invalid_input', 'INTERLOCK_GITHUB_ADDRESS is no https address of a GitHub.', {
    next: 'Set it to that of its pages, such as https://ghe.example, or leave it out for github.com.',
  });
}

/** The sign-ins that were lent to this process. */
export interface SignIns {
  /** Hears of calls that were carried out. */
  note(passage: Passage): void;
  /** The token for a host; undefined where nobody signed in to it. */
  tokenOf(projectId: string, host: string): string | undefined;
  onChange(listener: (projectId: string) => void): void;
  /** The GitHub Enterprise Server where a project names none: that of the process’s own token. Empty: there is none. */
  readonly enterprise: string;
}

/** @param own a token that the process was started with, for every project */
export function createSignIns(own: GitHubToken | undefined): SignIns {
  const lent = new Map<string, string>();
  const listeners: ((projectId: string) => void)[] = [];
  const keyOf = (projectId: string, host: string) => JSON.stringify([projectId, host]);
  return {
    note({ operation: { name }, input, place }) {
      if (!place) return;
      const signedIn = name === signInToGitHub.name ? signInToGitHub.input.safeParse(input).data : undefined;
      const signedOut =
        name === signOutOfGitHub.name ? signOutOfGitHub.input.safeParse(input).data : undefined;
      if (signedIn) lent.set(keyOf(place.project.id, signedIn.host), signedIn.token);
      if (signedOut) lent.delete(keyOf(place.project.id, signedOut.host));
      if (signedIn || signedOut) for (const listener of listeners) listener(place.project.id);
    },
    tokenOf: (projectId, host) =>
      lent.get(keyOf(projectId, host)) ?? (own?.host === host ? own.token : undefined),
    onChange: listener => void listeners.push(listener),
    enterprise: own?.address ?? '',
  };
}
