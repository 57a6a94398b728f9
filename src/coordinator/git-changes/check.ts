import { z } from 'zod';
import { redact } from '../guardrails/redact.ts';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import type { HeldLock } from '../locks/claim.ts';
import { locksInTheWay, pathUnder } from '../locks/in-the-way.ts';
import { type Author, authorOf } from './author.ts';
import { protectedAmong } from './protected-branches.ts';

const Path = z.string().min(1).max(4096);

const Change = z.object({
  commit: z
    .string()
    .regex(/^[0-9a-f]{4,64}$/)
    .optional()
    .describe('The commit that is pushed; absent for what is staged.'),
  committed_at: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('When it was made. A lock that is younger does not stand against it.'),
  paths: z.array(Path).max(20_000).describe('Relative to the worktree; a rename is both of its names.'),
});

const Input = z.object({
  event: z.enum(['pre-commit', 'pre-push', 'prepare-commit-msg']),
  changes: z.array(Change).max(20_000).default([]),
  refs: z
    .array(
      z.object({
        ref: z.string().min(1).max(1024),
        change: z.enum(['create', 'update', 'rewrite', 'delete']),
      }),
    )
    .max(10_000)
    .default([]),
  person: z.string().max(300).optional().describe('Whom git names as the author. It is believed of nobody.'),
  override: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .describe('Why a person goes on although something stands against it. Goes onto the record.'),
});

const LockInTheWay = z.object({
  kind: z.literal('lock'),
  file_path: z.string(),
  commit: z.string().optional(),
  lock_path: z.string(),
  locked_by: z.string(),
  agent_type: z.string(),
  session_id: z.uuid(),
  expires_at: z.string(),
  lock_reason: z.string().nullable(),
});

const ProtectedBranch = z.object({
  kind: z.literal('protected_branch'),
  ref: z.string(),
  change: z.enum(['create', 'update', 'rewrite', 'delete']),
});

type Objection = z.infer<typeof LockInTheWay> | z.infer<typeof ProtectedBranch>;

/** Named in one answer at most. */
const mostObjections = 100;

/** What git's own hooks ask before a commit or a push: whether somebody else holds what is in it. */
export const checkGitChange = operation({
  name: 'check_git_change',
  title: 'Check a commit or a push',
  description:
    'Says whether files that are committed or pushed are locked by another session, and whether a push changes a protected branch. Git hooks call it.',
  access: { of: ({ override }) => (override === undefined ? 'read' : 'write') },
  callers: ['agent', 'operator', 'local'],
  ownAffair: true,
  tool: false,
  input: Input,
  output: z.object({
    success: z.boolean(),
    reason: z.enum(['locked_by_other', 'protected_branch']).optional(),
    objections: z.array(z.discriminatedUnion('kind', [LockInTheWay, ProtectedBranch])),
    overridden: z.boolean().describe('Something stands against it, and a person goes on with a reason.'),
    author: z
      .object({
        agent_id: z.string(),
        agent_type: z.string(),
        session_id: z.uuid(),
        how: z.enum(['named', 'seen']),
        task: z.string().nullable(),
      })
      .nullable()
      .describe('The agent whose doing it is; null for a person.'),
    trailers: z.boolean().describe('Whether commit messages name the agent and its task here.'),
  }),
  resource: () => ({ type: 'Project', id: 'git' }),
  audited: (_, answer) => !answer.success || answer.overridden,
  async run(context, { event, changes, refs, person, override }) {
    const { tx, caller, project, note } = context;
    const author = await authorOf(tx, caller, context);
    if (author?.how === 'named' && override !== undefined) throw onlyPeopleOverride(author);
    const locks = await locksInTheWay(
      tx,
      context,
      author?.sessionId ?? null,
      changes.flatMap(({ paths }) => paths),
    );
    const objections: Objection[] = [
      ...locks.flatMap(lock => objectionsOf(lock, changes, path => pathUnder(lock, path, context))),
      ...protectedAmong(refs, project.settings['git.protectedBranches'], author !== null).map(pushed => ({
        kind: 'protected_branch' as const,
        ...pushed,
      })),
    ];
    const [first] = objections;
    const overridden = first !== undefined && override !== undefined;
    note({
      event,
      person: person ?? null,
      ...(override === undefined ? {} : { override: redact(override) }),
      ...(author === null ? {} : { author_session: author.sessionId, author_agent: author.agentId }),
      objections: objections.slice(0, mostObjections),
    });
    return {
      success: first === undefined || overridden,
      ...(first === undefined
        ? {}
        : { reason: first.kind === 'lock' ? ('locked_by_other' as const) : first.kind }),
      objections: objections.slice(0, mostObjections),
      overridden,
      author: author && {
        agent_id: author.agentId,
        agent_type: author.agentType,
        session_id: author.sessionId,
        how: author.how,
        task: author.task,
      },
      trailers: project.settings['git.trailers'] === 'add',
    };
  },
});

/** One for what is staged, and one for each commit that was made while the lock was held. */
function objectionsOf(
  lock: HeldLock,
  changes: readonly z.output<typeof Change>[],
  pathIn: (paths: readonly string[]) => string | undefined,
): Objection[] {
  return changes.flatMap(({ commit, committed_at, paths }) => {
    if (committed_at !== undefined && Date.parse(committed_at) < lock.acquiredAt.getTime() - 1_000) return [];
    const path = pathIn(paths);
    if (path === undefined) return [];
    return {
      kind: 'lock' as const,
      file_path: path,
      ...(commit === undefined ? {} : { commit }),
      lock_path: lock.path,
      locked_by: lock.agentId,
      agent_type: lock.agentType,
      session_id: lock.sessionId,
      expires_at: lock.expiresAt.toISOString(),
      lock_reason: lock.reason,
    };
  });
}

function onlyPeopleOverride({ agentId }: Author): InterlockError {
  return new InterlockError(
    'operation_not_permitted',
    `${agentId} cannot override what stands against a commit: only a person can.`,
    { next: 'Wait until the file is free, or leave it out of the commit. Ask the person if it is urgent.' },
  );
}
