import { z } from 'zod';
import type { Intent, PathIntent } from '../kernel/intent.ts';
import { shown } from './shown.ts';

/** What a person sees of the content of a request. The approval is bound to the content itself, not to this. */
export const Summary = z.object({
  command: z.object({ text: z.string(), shell: z.enum(['bash', 'powershell']), cwd: z.string() }).nullable(),
  paths: z.array(z.object({ path: z.string(), access: z.enum(['read', 'write', 'delete']) })),
  domains: z.array(z.string()),
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

/**
 * Sums up what a call is about to do, or the bare content where the call says nothing about it.
 * @param touched the files that the guard found the call to touch, which are more than its intent names.
 */
export function summarize(
  intent: Intent | undefined,
  content: unknown,
  touched: readonly PathIntent[] = [],
): Summary {
  const { command, domains = [] } = intent ?? {};
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
    text: text === undefined ? null : shown(text, longestText),
    truncated:
      (command?.text.length ?? 0) > longestText ||
      (text?.length ?? 0) > longestText ||
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
