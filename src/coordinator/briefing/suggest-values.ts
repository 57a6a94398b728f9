import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Completes, type OperationContext, operation } from '../kernel/operation.ts';
import { repositoryPath } from '../locks/repository-path.ts';
import { taskTypesLike } from '../queue/task-types.ts';
import { agentsLike } from '../sessions/agent-names.ts';

/** Values in one answer: as many as the protocol lets a client show. */
const mostValues = 100;

/** What begins like what somebody has typed so far: files of the repository, agents, types of tasks. */
export const suggestValues = operation({
  name: 'suggest_values',
  title: 'Suggest values',
  description: 'Completes what somebody types: a path in this repository, an agent, a type of task.',
  access: 'read',
  tool: false,
  input: z.object({
    of: z.enum(['file_path', 'agent', 'task_type']),
    typed: z.string().max(1024).default('').describe('What it begins with.'),
  }),
  output: z.object({ values: z.array(z.string()), truncated: z.boolean() }),
  resource: () => ({ type: 'Project', id: 'suggestions' }),
  async run(context, { of, typed }) {
    const found = await sources[of](context, typed);
    return { values: found.slice(0, mostValues), truncated: found.length > mostValues };
  },
});

/** What one folder holds, as a shell completes it: folders end in a slash. Links that lead out of the repository lead nowhere. */
async function filesLike(context: OperationContext, typed: string): Promise<string[]> {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const place = await repositoryPath(folder === '' ? '.' : folder, context);
  if (place === 'outside' || context.worktree === null) return [];
  const entries = await readdir(path.join(context.worktree, place), { withFileTypes: true }).catch(
    // Somebody is still typing: there is no such folder, or none that may be read.
    () => [],
  );
  return entries
    .filter(entry => entry.name !== '.git')
    .map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .filter(each => each.startsWith(typed))
    .sort();
}

type Source = (context: OperationContext, typed: string) => Promise<readonly string[]>;

const sources: Readonly<Record<Exclude<Completes, 'nothing'>, Source>> = {
  file_path: filesLike,
  agent: ({ tx, project }, typed) => agentsLike(tx, project.id, typed, mostValues + 1),
  task_type: ({ tx, project }, typed) => taskTypesLike(tx, project.id, typed, mostValues + 1),
};
