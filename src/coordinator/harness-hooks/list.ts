import { hostname } from 'node:os';
import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { HookFileState, HookScope, readHookFiles } from './hook-file.ts';

/** What is known of the hooks on this machine: which files they were written into, and when those of each harness last called. */
export const listHookFiles = operation({
  name: 'list_hook_files',
  title: 'List the hook files',
  description:
    'Shows which configuration files of agents Interlock has written its hooks into, and when they last called.',
  access: 'read',
  callers: ['operator', 'local', 'system'],
  tool: false,
  input: z.object({}),
  output: z.object({
    files: z.array(
      z.object({
        path: z.string(),
        harness: z.string(),
        scope: HookScope,
        state: HookFileState,
        digest: z.string().describe('SHA-256 of our part as it was last in force.'),
        since: z.string().describe('Since when it is in that state, as far as anybody looked.'),
      }),
    ),
    fired: z
      .array(z.object({ harness: z.string(), fired_at: z.string() }))
      .describe('When hooks last called from this project and machine, to the minute.'),
  }),
  resource: () => ({ type: 'Project', id: 'hooks' }),
  async run({ tx, project }) {
    const [files, fired] = await Promise.all([
      readHookFiles(tx),
      tx.query(sql<{ harness: string; fired_at: Date }>`
        select harness, fired_at from hook_firings
        where project_id = ${project.id} and machine = ${hostname()} order by harness`),
    ]);
    return {
      files: files.map(file => ({ ...file, since: file.since.toISOString() })),
      fired: fired.map(({ harness, fired_at }) => ({ harness, fired_at: fired_at.toISOString() })),
    };
  },
});
