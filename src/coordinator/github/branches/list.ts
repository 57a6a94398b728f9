import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { operation } from '../../kernel/operation.ts';
import { FileChange, Oddity } from './observed.ts';

/** Branches that one answer names, and files of each. */
const mostBranches = 500;
const mostFiles = 100;

const ShownBranch = z.object({
  branch: z.string(),
  agent_id: z.string(),
  task_id: z.string(),
  remote: z.string().nullable().describe('Null for a local branch.'),
  tip: z.string(),
  standing: z
    .enum(['open', 'merged', 'unknown'])
    .describe('unknown: the clone’s history does not reach back to where it left the base.'),
  worktree: z.string().nullable().describe('Where it is checked out.'),
  machine: z.string(),
  moved_at: z.string(),
  files: z.array(FileChange),
  files_total: z.number().int(),
});

const ShownClone = z.object({
  folder: z.string(),
  machine: z.string(),
  looked_at: z.string(),
  bases: z.array(z.string()).describe('The branches that work ends up in, as found.'),
  oddities: z.array(Oddity),
});

interface BranchRow extends Omit<z.infer<typeof ShownBranch>, 'moved_at'> {
  readonly moved_at: Date;
  readonly total: number;
}

/** The branches of agents, as they were found in the clones of this repository. */
export const listBranches = operation({
  name: 'list_branches',
  title: 'List agent branches',
  description:
    'Shows the branches agent/<agent id>/<task id> of this repository, local and on remotes: whose they are, what each changes, and whether it is merged. Read it before you begin a change that others may have begun.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({
    agent_id: z.string().min(1).max(200).optional(),
    standing: ShownBranch.shape.standing.optional(),
  }),
  output: z.object({
    branches: z.array(ShownBranch),
    truncated: z.boolean(),
    clones: z.array(ShownClone),
  }),
  resource: () => ({ type: 'Project', id: 'branches' }),
  async run({ tx, project }, { agent_id, standing }) {
    const rows = await tx.query(sql<BranchRow>`
      select branch, agent_id, task_id, remote, tip, standing, worktree, machine, moved_at,
        jsonb_array_length(files) as files_total,
        jsonb_path_query_array(files, ${`$[0 to ${mostFiles - 1}]`}::jsonpath) as files
      from agent_branches join clones using (project_id, source)
      where project_id = ${project.id} and (${agent_id ?? null}::text is null or agent_id = ${agent_id ?? null})
        and (${standing ?? null}::text is null or standing = ${standing ?? null})
      order by moved_at desc, ref, source
      limit ${mostBranches + 1}`);
    const clones = await tx.query(sql<Omit<z.infer<typeof ShownClone>, 'looked_at'> & { looked_at: Date }>`
      select folder, machine, looked_at, bases, oddities from clones
      where project_id = ${project.id} order by looked_at desc`);
    return {
      branches: rows
        .slice(0, mostBranches)
        .map(({ moved_at, ...row }) => ({ ...row, moved_at: moved_at.toISOString() })),
      truncated: rows.length > mostBranches,
      clones: clones.map(({ looked_at, ...clone }) => ({ ...clone, looked_at: looked_at.toISOString() })),
    };
  },
});
