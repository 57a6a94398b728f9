import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { type Claim, everywhere, type HeldLock, isLive, type WaitingClaim } from './claim.ts';
import { Paths, resourceOf, resourcesOf, targetsOf } from './input.ts';
import { overlaps } from './overlap.ts';
import { readSurroundings } from './store.ts';

/** Locks named in one answer at most; `truncated` says that there are more. */
const mostShown = 500;

const ShownLock = z.object({
  file_path: z.string(),
  kind: z.enum(['file', 'glob', 'key']),
  mode: z
    .enum(['exclusive', 'shared', 'unsaved', 'branch'])
    .describe(
      'unsaved: a person has unsaved changes in an editor. branch: an agent’s branch that is not merged changes it.',
    ),
  locked_by: z.string(),
  agent_type: z.string(),
  session_id: z.uuid(),
  yours: z.boolean().describe('Of this session, or of the branch that it works on.'),
  locked_at: z.string(),
  expires_at: z.string(),
  lock_reason: z.string().nullable(),
  fence: z.number().int().describe('0 for what a branch changes: nobody took it.'),
  automatic: z.boolean().describe('Taken by a first write, for one worktree, and not asked for by name.'),
  worktree: z.string().nullable().describe('Where it holds; null where it holds everywhere.'),
  branch: z.string().nullable(),
  handoff_id: z
    .uuid()
    .nullable()
    .describe('The handoff whose receiver it waits for: accept_handoff takes it over.'),
});

const ShownWaiter = z.object({
  file_path: z.string(),
  mode: z.enum(['exclusive', 'shared']),
  agent_id: z.string(),
  agent_type: z.string(),
  session_id: z.uuid(),
  yours: z.boolean(),
  waits_since: z.string(),
});

/** Who holds what at this moment, and who waits for it, in the order in which they will get it. */
export const checkLocks = operation({
  name: 'check_locks',
  title: 'Check locks',
  description:
    'Shows who holds which files, why and until when, and who waits. Name paths to learn about those alone; `free` are the ones that nobody else holds.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  feed: { uri: 'locks://current', title: 'Current locks', topics: ['lock'] },
  input: z.object({
    paths: Paths.optional(),
    locked_by: z.string().min(1).max(200).optional().describe('An agent id.'),
  }),
  output: z.object({
    locks: z.array(ShownLock),
    waiting: z.array(ShownWaiter),
    free: z.array(z.string()).optional(),
    truncated: z.boolean(),
  }),
  resource: resourceOf,
  resources: resourcesOf,
  async run(context, { paths, locked_by }) {
    const { tx, project, caller } = context;
    const own = caller.kind === 'agent' ? caller.sessionId : null;
    const asked = paths ? targetsOf({ paths }, context) : undefined;
    const around = await readSurroundings(tx, project.id, own, asked?.map(target => target.base) ?? 'all');
    const concerns = (claim: Claim) => !asked || asked.some(target => overlaps(claim, target));
    const live = around.locks.filter(lock => isLive(lock) && concerns(lock));
    const isOthers = (claim: Claim) => claim.sessionId !== own;
    const isOwnBranch = (lock: HeldLock) => own !== null && lock.tiedTo === own;
    const advisesOnly = (lock: HeldLock) =>
      lock.mode === 'branch' && (isOwnBranch(lock) || project.settings['locks.acrossWorktrees'] === 'advise');
    const locks = live.filter(lock => locked_by === undefined || lock.agentId === locked_by);
    return {
      locks: locks.slice(0, mostShown).map(lock => showLock(lock, !isOthers(lock) || isOwnBranch(lock))),
      waiting: around.waiting
        .filter(concerns)
        .slice(0, mostShown)
        .map(claim => showWaiter(claim, !isOthers(claim))),
      ...(asked
        ? {
            free: asked
              .filter(
                target => !live.some(lock => isOthers(lock) && !advisesOnly(lock) && overlaps(lock, target)),
              )
              .map(target => target.path),
          }
        : {}),
      truncated: locks.length > mostShown,
    };
  },
});

function showLock(lock: HeldLock, yours: boolean): z.infer<typeof ShownLock> {
  return {
    file_path: lock.path,
    kind: lock.kind,
    mode: lock.mode,
    locked_by: lock.agentId,
    agent_type: lock.agentType,
    session_id: lock.sessionId,
    yours,
    locked_at: lock.acquiredAt.toISOString(),
    expires_at: lock.expiresAt.toISOString(),
    lock_reason: lock.reason,
    fence: lock.fence,
    automatic: lock.automatic,
    worktree: lock.scope === everywhere && lock.mode !== 'branch' ? null : lock.worktree,
    branch: lock.branch,
    handoff_id: lock.promisedIn,
  };
}

function showWaiter(claim: WaitingClaim, yours: boolean): z.infer<typeof ShownWaiter> {
  return {
    file_path: claim.path,
    mode: claim.mode,
    agent_id: claim.agentId,
    agent_type: claim.agentType,
    session_id: claim.sessionId,
    yours,
    waits_since: claim.waitsSince.toISOString(),
  };
}
