import { z } from 'zod';
import type { Inspection, Intent } from '../kernel/intent.ts';
import { shown } from './shown.ts';

/** What a person sees of the content of a request. The approval is bound to the content itself, not to this. */
export const Summary = z.object({
  command: z.object({ text: z.string(), shell: z.enum(['bash', 'powershell']), cwd: z.string() }).nullable(),
  paths: z.array(z.object({ path: z.string(), access: z.enum(['read', 'write', 'delete']) })),
  domains: z.array(z.string()),
  /** What the command does, one step after the other. Requests of older versions have none. */
  steps: z.array(z.object({ by: z.string(), does: z.array(z.string()) })).default([]),
  /** What of the files would be taken away for `text`, where the call says it. */
  replaces: z.string().nullable().default(null),
  /** What would be written, sent or stored; the whole content as JSON where nothing better is known of it. */
  text: z.string().nullable(),
  /** True where something was left out. A person must know that they do not see everything. */
  truncated: z.boolean(),
});
export type Summary = z.infer<typeof Summary>;

/** Enough to judge by, and small enough for a list of a hundred requests. */
const longestText = 8_000;
const longestPath = 1_000;
const mostPaths = 100;
const mostDomains = 100;
const mostSteps = 50;

type Found = Pick<Inspection, 'touched' | 'steps'>;

/**
 * Sums up what a call is about to do, or the bare content where the call says nothing about it.
 * @param found what the guard found the call to do: the files it touches are more than its intent names.
 */
export function summarize(
  intent: Intent | undefined,
  content: unknown,
  { touched, steps }: Found = { touched: [], steps: [] },
): Summary {
  const { command, domains = [], replaces } = intent ?? {};
  const paths = touched.length > 0 ? touched : (intent?.paths ?? []);
  const said = intent?.content ?? intent?.text;
  const isSaid = command !== undefined || paths.length > 0 || domains.length > 0 || said !== undefined;
  const text = isSaid ? said : textOf(content);
  return {
    command: command
      ? {
          text: shown(command.text, longestText),
          shell: command.shell,
          cwd: shown(command.cwd, longestPath),
        }
      : null,
    paths: paths.slice(0, mostPaths).map(({ path, access }) => ({ path: shown(path, longestPath), access })),
    domains: domains.slice(0, mostDomains).map(domain => shown(domain, longestPath)),
    steps: command ? steps.slice(0, mostSteps).map(({ by, does }) => ({ by, does: [...does] })) : [],
    replaces: replaces === undefined ? null : shown(replaces, longestText),
    text: text === undefined ? null : shown(text, longestText),
    truncated:
      [command?.text, text, replaces].some(each => (each?.length ?? 0) > longestText) ||
      (command !== undefined && steps.length > mostSteps) ||
      paths.length > mostPaths ||
      domains.length > mostDomains ||
      [command?.cwd ?? '', ...domains, ...paths.map(({ path }) => path)].some(
        each => each.length > longestPath,
      ),
  };
}

function textOf(content: unknown): string | undefined {
  return typeof content === 'string' ? content : JSON.stringify(content, null, 2);
}
