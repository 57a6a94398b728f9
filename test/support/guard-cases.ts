import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Disk } from '../../src/coordinator/guardrails/disk.ts';
import type { GuardContext } from '../../src/coordinator/guardrails/judgement.ts';
import type { RepositoryFacts } from '../../src/coordinator/guardrails/repository.ts';

const Repository = z.strictObject({
  root: z.string().default('/home/dev/project'),
  branch: z.string().optional(),
  default_branch: z.string().optional(),
  /** Paths with uncommitted changes, and paths git does not know; globs, relative to the root. */
  changed: z.array(z.string()).default([]),
  untracked: z.array(z.string()).default([]),
  ignored: z.array(z.string()).default([]),
  tracked: z.array(z.string()).default([]),
  commits_lost: z.number().optional(),
  stashes: z.number().default(0),
  /** What the last stash would bring back, relative to the root. */
  stashed: z.array(z.string()).default([]),
  /** Whether the hooks of git ask Interlock here. */
  hooks_ask: z.boolean().default(false),
});

const Context = z.strictObject({
  cwd: z.string().default('/home/dev/project'),
  trust: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).default(2),
  shell: z.enum(['bash', 'powershell']).default('bash'),
  protected_branches: z.array(z.string()).optional(),
  /** Absent: nothing is known about any repository. */
  repository: Repository.optional(),
  /** Small files of the project: path → content. */
  files: z.record(z.string(), z.string()).default({}),
  /** Links: path → where it leads; absolute. */
  links: z.record(z.string(), z.string()).default({}),
});

const Group = z.strictObject({
  why: z.string(),
  verdict: z.enum(['allow', 'ask', 'block']),
  context: Context.optional(),
  /** The rule that must have spoken, where that matters. */
  rule: z.string().optional(),
  /** `false` where the text is not in the grammar and is expected to be read leniently. */
  parsed: z.boolean().optional(),
  commands: z.array(z.string()).min(1),
});

export type CaseGroup = z.infer<typeof Group>;
export type CaseContext = z.infer<typeof Context>;

const folder = fileURLToPath(new URL('../guardrails/cases/', import.meta.url));

/** All groups of cases by the name of their file. A file that does not have the shape above fails with its place. */
export function readCases(): Map<string, CaseGroup[]> {
  const names = readdirSync(folder).filter(name => name.endsWith('.yaml'));
  return new Map(
    names.sort().map(name => {
      const groups = z.array(Group).safeParse(parse(readFileSync(`${folder}${name}`, 'utf8')));
      if (!groups.success) throw new Error(`${name}: ${z.prettifyError(groups.error)}`);
      return [name.replace(/\.yaml$/, ''), groups.data];
    }),
  );
}

/** The context a case describes, with a repository that answers from the case instead of from git. */
export function contextOf(described: CaseContext | undefined): GuardContext & { cwd: string } {
  const context = described ?? Context.parse({});
  const { repository } = context;
  return {
    trust: context.trust,
    cwd: context.cwd,
    home: '/home/dev',
    ...(context.protected_branches === undefined ? {} : { protectedBranches: context.protected_branches }),
    ...(repository === undefined
      ? {}
      : {
          repository: async directory =>
            `${directory}/`.startsWith(`${repository.root}/`) ? describedFacts(repository) : undefined,
        }),
  };
}

/** The disk of a case: its small files, and its links. */
export function diskOf(described: CaseContext | undefined): Disk {
  const { files = {}, links = {} } = described ?? {};
  return {
    readFile: path => files[path],
    realPath: path => {
      const link = Object.keys(links).find(from => `${path}/`.startsWith(`${from}/`));
      return link === undefined ? path : `${links[link]}${path.slice(link.length)}`;
    },
  };
}

function describedFacts(repository: z.infer<typeof Repository>): RepositoryFacts {
  const relative = (path: string) => path.replace(`${repository.root}/`, '').replace(/\/+$/, '') || '.';
  const below = (globs: readonly string[], path: string) =>
    globs.filter(glob => {
      const wanted = relative(path);
      return (
        wanted === repository.root ||
        glob === wanted ||
        glob.startsWith(`${wanted}/`) ||
        picomatch.isMatch(wanted, glob)
      );
    });
  const within = (globs: readonly string[], paths?: readonly string[]) =>
    paths === undefined ? globs.length : new Set(paths.flatMap(path => below(globs, path))).size;
  return {
    root: repository.root,
    currentBranch: async () => repository.branch,
    defaultBranch: async () => repository.default_branch,
    changes: async paths => ({
      tracked: within(repository.changed, paths),
      untracked: within(repository.untracked, paths),
    }),
    isIgnored: async path =>
      repository.ignored.some(
        glob =>
          picomatch.isMatch(relative(path), [glob, `**/${glob}`], { dot: true }) ||
          relative(path).startsWith(`${glob}/`),
      ),
    holdsTracked: async path => below(repository.tracked, path).length > 0,
    commitsLostBy: async () => repository.commits_lost,
    commitsOnlyOn: async () => repository.commits_lost,
    stashes: async () => repository.stashes,
    stashed: async () => repository.stashed,
    hooksAsk: async () => repository.hooks_ask,
  };
}
