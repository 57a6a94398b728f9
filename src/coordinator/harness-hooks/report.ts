import { z } from 'zod';
import type { Queryable } from '../database/port.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { storeProjectId } from '../projects/projects.ts';
import { takeTurn } from '../projects/turn.ts';
import {
  findHookFile,
  forgetHookFile,
  type HookFile,
  HookFileState,
  HookScope,
  hookFilesChanged,
  keepHookFile,
} from './hook-file.ts';

const Input = z.object({
  path: z.string().min(1).max(4096),
  harness: z.string().min(1).max(50),
  scope: HookScope,
  what: z
    .enum(['connected', 'disconnected', ...HookFileState.options])
    .describe('What a person did with the file, or what somebody who looked found.'),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
    .optional()
    .describe('Of our part, where it is in force.'),
});

const Change = z.enum([
  'none',
  'connected',
  'disconnected',
  'found',
  'restored',
  'removed',
  'altered',
  'switched_off',
]);

/**
 * Says what became of a file that hooks were written into. However many windows look, a change is on the record once; what
 * nobody connected is nobody's to miss. Agents cannot report: what one of them took away would be called disconnected.
 */
export const reportHookFile = operation({
  name: 'report_hook_file',
  title: 'Report a hook file',
  description:
    'Says that hooks were written into, or taken out of, an agent’s configuration, or that they were found removed or altered.',
  access: 'write',
  callers: ['operator'],
  tool: false,
  idempotent: true,
  audited: (_, { change }) => change !== 'none',
  input: Input,
  output: z.object({ change: Change }),
  resource: ({ path }) => ({ type: 'Project', id: `hooks in ${path}` }),
  async run({ tx, emit, note }, input) {
    await takeTurn(tx, storeProjectId);
    const known = await findHookFile(tx, input.path);
    const change = changeOf(known, input);
    await write(tx, known, input);
    if (change === 'none') return { change };
    const { path, harness, scope } = input;
    note({ change, path, harness, scope });
    emit({ topic: hookFilesChanged, subject: path, facts: { harness, change } });
    return { change };
  },
});

function changeOf(known: HookFile | undefined, { what }: z.output<typeof Input>): z.output<typeof Change> {
  switch (what) {
    case 'connected':
      return known === undefined || known.state === 'in_force' ? 'connected' : 'restored';
    case 'disconnected':
      return known === undefined ? 'none' : 'disconnected';
    case 'in_force':
      if (known === undefined) return 'found';
      return known.state === 'in_force' ? 'none' : 'restored';
    default:
      if (known === undefined || known.state === what) return 'none';
      return what === 'missing' ? 'removed' : what;
  }
}

async function write(
  tx: Queryable,
  known: HookFile | undefined,
  { path, harness, scope, what, digest }: z.output<typeof Input>,
): Promise<void> {
  if (what === 'disconnected') return forgetHookFile(tx, path);
  if (what !== 'connected' && what !== 'in_force') {
    if (known) await keepHookFile(tx, { ...known, state: what });
    return;
  }
  if (digest === undefined) {
    throw new InterlockError('invalid_input', `digest: hooks that are ${what} have one.`, {
      next: 'Send the SHA-256 of the part of the file that is Interlock’s.',
      params: { field: 'digest' },
    });
  }
  await keepHookFile(tx, { path, harness, scope, state: 'in_force', digest });
}
