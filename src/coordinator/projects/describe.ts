import { z } from 'zod';
import { nameOf } from '../kernel/caller.ts';
import { operation } from '../kernel/operation.ts';
import { Settings } from '../kernel/settings.ts';

/** Where the caller stands: which project its folder belongs to, with its settings, and whom the coordinator takes the caller for. */
export const describeProject = operation({
  name: 'describe_project',
  title: 'Describe the project',
  description:
    'Says which project the working folder belongs to, where its worktree lies, and who you are here.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  ownAffair: true,
  tool: false,
  input: z.object({}),
  output: z.object({
    project_id: z.uuid(),
    name: z.string(),
    worktree: z.string().nullable().describe('Root of the worktree, absolute; paths of locks are below it.'),
    folds_case: z.boolean().describe('Whether the file system there does not tell upper from lower case.'),
    settings: Settings,
    troubles: z
      .array(z.object({ what: z.string(), message: z.string(), next: z.string(), since: z.string() }))
      .describe(
        'What does not work as it should: changes by others that are heard of late, policies that cannot be read.',
      ),
    caller: z.object({ kind: z.enum(['agent', 'operator', 'local', 'system']), name: z.string() }),
  }),
  resource: () => ({ type: 'Project', id: 'description' }),
  async run({ project, worktree, foldsCase, caller, troubles }) {
    return {
      project_id: project.id,
      name: project.name,
      worktree,
      folds_case: foldsCase,
      settings: project.settings,
      troubles: troubles().map(trouble => ({ ...trouble, since: trouble.since.toISOString() })),
      caller: { kind: caller.kind, name: nameOf(caller) },
    };
  },
});
