import { z } from 'zod';
import { RepositoryName } from '../labels/item.ts';

/**
 * How it stands with reading one repository of GitHub:
 *
 * - `ok`: it is read.
 * - `off`: the project does not want it.
 * - `not_github`: its host is no GitHub that is known.
 * - `not_followed`: its remotes are none of those that count.
 * - `signed_out`: nobody has signed in to it.
 * - `refused`: the sign-in is not accepted any more.
 * - `missing`, `forbidden`: whoever signed in does not see it, or may not read it.
 * - `limited`: GitHub asked to be left alone.
 * - `unavailable`, `garbage`: no answer came, or none of GitHub's.
 */
export const PollState = z.enum([
  'ok',
  'off',
  'not_github',
  'not_followed',
  'signed_out',
  'refused',
  'missing',
  'forbidden',
  'limited',
  'unavailable',
  'garbage',
]);
export type PollState = z.infer<typeof PollState>;

/** One repository that remotes of clones lead to, and what was last seen of reading it. */
export const RepositoryStanding = z.object({
  repository: RepositoryName,
  remotes: z.array(z.string()).describe('The remotes that lead there.'),
  page: z.string().nullable().describe('Its page on GitHub.'),
  state: PollState,
  message: z.string().nullable(),
  next: z.string().nullable().describe('What a person can do about it.'),
});
export type RepositoryStanding = z.infer<typeof RepositoryStanding>;
