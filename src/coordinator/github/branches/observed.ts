import { z } from 'zod';

const ObjectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** What a branch does to one file, compared with where it left the base. A rename is told with the earlier name. */
export const FileChange = z.object({
  path: z.string().min(1),
  change: z.enum(['added', 'modified', 'removed', 'renamed']),
  from: z.string().optional(),
});
export type FileChange = z.infer<typeof FileChange>;

/** One ref of the convention, as it was found in one clone. */
export const ObservedBranch = z.object({
  ref: z.string().max(1024).describe('In full: refs/heads/agent/ada/7, refs/remotes/origin/agent/ada/7.'),
  remote: z.string().nullable(),
  branch: z.string(),
  agent_id: z.string(),
  task_id: z.string(),
  tip: ObjectId,
  base: ObjectId.nullable().describe('Where it left the base; null where it shares no history with it.'),
  committed_at: z.iso.datetime(),
  worktree: z.string().nullable().describe('Where it is checked out on this machine.'),
  standing: z
    .enum(['open', 'merged', 'unknown'])
    .describe('unknown: the history that the clone has does not reach back to the base.'),
  files: z.array(FileChange),
});
export type ObservedBranch = z.infer<typeof ObservedBranch>;

/** Something about a clone that keeps branches from being seen as they are, or that whoever looks should know. */
export const Oddity = z.enum([
  'no_repository',
  'unborn',
  'no_base',
  'no_remote',
  'shallow',
  'detached',
  'rebasing',
]);
export type Oddity = z.infer<typeof Oddity>;

/** All branches of the convention in one clone at one moment. */
export interface ObservedClone {
  /** What all worktrees of the clone share. */
  readonly gitFolder: string;
  /** Is the same as long as nothing that was looked at has changed. */
  readonly state: string;
  readonly oddities: readonly Oddity[];
  readonly bases: readonly string[];
  readonly branches: readonly ObservedBranch[];
}
