import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { checkLocks } from '../locks/check.ts';
import { FilePath, resourceOf } from '../locks/input.ts';
import { compose, type Section } from './compose.ts';
import { answered, elsewhereFor, type LockHere, readClock } from './situation.ts';
import { name, path, quoted, timeOfDay } from './words.ts';

/** Tokens by our own estimate: this stands beside a task, not in its place. */
const mostTokens = 700;

/** How to change one file beside other agents: who holds it, and which calls to make in which order. */
export const coordinateFileEdit = operation({
  name: 'coordinate_file_edit',
  title: 'Coordinate a file edit',
  description:
    'Tells you how to change a file beside the other agents: whether somebody holds it, and the calls to make before and after.',
  access: 'read',
  callers: ['agent'],
  tool: false,
  prompt: {
    name: 'coordinate_file_edit',
    title: 'Change a file beside other agents',
    description: 'Puts a change to one file before the agent, with who holds it and how to take turns.',
    arguments: { file_path: 'file_path', task: 'nothing' },
  },
  input: z.object({
    file_path: FilePath,
    task: z.string().trim().min(1).max(4000).describe('What is to be changed in it.'),
  }),
  output: z.object({ text: z.string() }),
  resource: resourceOf,
  async run(context, { file_path, task }) {
    const { locks, waiting } = await answered(checkLocks.run(context, { paths: [file_path] }));
    const now = await readClock(context.tx);
    const isElsewhere = elsewhereFor(context);
    const others = locks.filter(lock => !lock.yours && !isElsewhere(lock));
    const elsewhere = locks.filter(lock => !lock.yours && isElsewhere(lock));
    const own = locks.find(lock => lock.yours && lock.mode !== 'branch');
    const target = path(file_path);
    const queue = waiting.filter(waiter => !waiter.yours);
    const sections: Section[] = [
      {
        title: 'Held there now',
        lines: others.map(lock => holderLine(lock, now)),
        more: `check_locks with paths ["${target}"]`,
      },
      {
        title: 'Already in line for it, the first one first',
        lines: queue.map(waiter => name(waiter.agent_id)),
        more: `check_locks with paths ["${target}"]`,
      },
      {
        title:
          'Changed in other worktrees or on branches too, so expect to merge, or agree on who changes what',
        lines: elsewhere.map(
          ({ locked_by, branch }) => `${name(locked_by)} on branch ${name(branch ?? 'unknown')}`,
        ),
        more: `check_locks with paths ["${target}"]`,
      },
    ];
    const standing = own
      ? 'yours'
      : others.length > 0
        ? 'taken'
        : elsewhere.length > 0
          ? 'elsewhere'
          : 'free';
    return {
      text: compose(
        `Change ${target}. The task: ${quoted(task, 300)}`,
        sections,
        stepsFor(standing, target, own && timeOfDay(own.expires_at, now))
          .map((step, index) => `${index + 1}. ${step}`)
          .join('\n'),
        mostTokens,
      ),
    };
  },
});

function holderLine(lock: LockHere, now: Date): string {
  const { file_path, locked_by, agent_type, mode, expires_at, lock_reason } = lock;
  const reason = lock_reason === null ? '' : `: ${quoted(lock_reason)}`;
  const how = mode === 'unsaved' ? 'has unsaved changes in' : mode === 'shared' ? 'reads' : 'holds';
  return `${name(locked_by)} (${name(agent_type)}) ${how} ${path(file_path)} until ${timeOfDay(expires_at, now)} UTC${reason}`;
}

type Standing = 'yours' | 'free' | 'elsewhere' | 'taken';

function stepsFor(standing: Standing, target: string, until: string | undefined): readonly string[] {
  const release = `When the change is done and checked: release_lock with file_path "${target}". If you stop half way: write_handoff with transfer_locks, so that nobody finds it half done and free.`;
  switch (standing) {
    case 'yours':
      return [`You hold it until ${until} UTC: make the change; extend_lock if it takes longer.`, release];
    case 'free':
      return [
        `Nobody else holds it: acquire_lock with file_path "${target}" and a reason that tells others what you change.`,
        'Make the change, in this file only; take every further file the same way before you touch it.',
        release,
      ];
    case 'elsewhere':
      return [
        'Nobody holds it in your worktree: make the change, and your first write takes the lock by itself.',
        'Keep the change small, and say in a handoff what you changed, for whoever merges.',
        release,
      ];
    case 'taken':
      return [
        'Do not change it now, and do not work around the lock: your edit would be refused.',
        `Do something else that the task needs, or wait your turn: acquire_lock with file_path "${target}" and wait_seconds 300.`,
        'Once you have it, read the file again before you change it: its holder may have changed it.',
        release,
      ];
  }
}
