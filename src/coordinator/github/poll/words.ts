import type { PollState } from './standing.ts';

/** What a person can do about a state; the message itself is GitHub's, or follows from the state. */
export const nextOf: Readonly<Record<PollState, string | null>> = {
  ok: null,
  off: 'Set interlock.github.useSignIn and interlock.github.labels to have its issues and pull requests read.',
  not_github: 'Where it is a GitHub Enterprise Server, set interlock.github.address to its address.',
  not_followed: 'Name its remote in interlock.github.remotes where its labels are to count.',
  signed_out: 'Sign in to GitHub in the editor, or start interlock serve with INTERLOCK_GITHUB_TOKEN.',
  refused: 'Sign in to GitHub again, or start interlock serve with another INTERLOCK_GITHUB_TOKEN.',
  missing: 'Whoever signed in must see the repository, and its issues must not be switched off.',
  forbidden:
    'Whoever signed in must be allowed to read its issues; an organisation may ask to authorise the sign-in (SSO).',
  limited: null,
  unavailable: 'It is tried again by itself. A proxy is reached by Node’s own settings, not by the editor’s.',
  garbage: 'See whether a proxy or a sign-in page answers in the place of GitHub.',
};

export const messageOf: Partial<Readonly<Record<PollState, string>>> = {
  off: 'Issues and pull requests are not read.',
  not_github: 'Its host is no GitHub that is known.',
  not_followed: 'Its remote is none of those whose labels count.',
  signed_out: 'Nobody has signed in.',
};
