import type { z } from 'zod';
import { listApprovals } from '../approvals/list.ts';
import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { handoffFor } from '../handoffs/for-agent.ts';
import type { Handoff } from '../handoffs/handoff.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { type OperationContext, Waiting } from '../kernel/operation.ts';
import { branchType } from '../locks/branch-type.ts';
import { checkLocks } from '../locks/check.ts';
import { type Recalled, recallFor } from '../memory/recall.ts';
import type { Message } from '../messages/message.ts';
import { unreadFor } from '../messages/unread.ts';
import { type OfferedRow, offersFor } from '../queue/claim-next.ts';
import { claimsOf, type OwnClaimRow } from '../queue/own-claims.ts';
import { discoverAgents } from '../sessions/discover.ts';
import { labelType } from '../sessions/stand-ins.ts';

export type AgentHere = z.input<typeof discoverAgents.output>['agents'][number];
export type LockHere = z.input<typeof checkLocks.output>['locks'][number];
export type OwnApproval = z.input<typeof listApprovals.output>['approvals'][number];

/** Everything that a briefing tells about, as it is at one moment. */
export interface Situation {
  readonly now: Date;
  readonly self: AgentCaller;
  /** Agents at work here besides this one. */
  readonly others: readonly AgentHere[];
  readonly ownLocks: readonly LockHere[];
  /** What others hold where this agent writes. */
  readonly othersLocks: readonly LockHere[];
  /** What others change in other worktrees: it collides in a merge, not here. */
  readonly elsewhere: readonly LockHere[];
  readonly claims: readonly OwnClaimRow[];
  /** Tasks that this agent would be handed. */
  readonly offers: readonly OfferedRow[];
  /** Requests of this session that still matter to it: pending, approved and not used, denied lately. */
  readonly approvals: readonly OwnApproval[];
  /** What others told this agent and it has not read, the oldest first, and how many there are. */
  readonly messages: { readonly messages: readonly Message[]; readonly total: number };
  readonly handoff: Handoff | undefined;
  /** What was found out before that matters for what it is about to do. */
  readonly memories: readonly Recalled[];
}

export interface Interest {
  /** What it is about to do. Default: what it has claimed, says it works on, or was handed over. */
  readonly task?: string | undefined;
  readonly taskType?: string | undefined;
  readonly fromAgent?: string | undefined;
}

/** Memories that are recalled, and how relevant they are at least: the text has to match, since it is not asked for. */
const mostRecalled = 5;
const leastRelevance = 0.3;
/** Characters of what it is about to do that memories are sought by. */
const longestTask = 4_000;
/** Things of one kind that are read; a briefing shows fewer and says how many there are. */
const mostRead = 20;
/** For how long a denial is worth repeating, in milliseconds. */
const denialMattersMs = 3_600_000;

/** Reads what an agent should know. It sees no more than the operations show it that it might call itself. */
export async function readSituation(context: OperationContext, interest: Interest = {}): Promise<Situation> {
  const { tx, project, caller } = context;
  if (caller.kind !== 'agent') throw new Error('only an agent is briefed');
  const isElsewhere = elsewhereFor(context);
  const wish = {
    projectId: project.id,
    worker: caller,
    taskTypes: interest.taskType === undefined ? undefined : [interest.taskType],
  };
  const [now, { agents }, { locks }, { approvals }, claims, offers, messages, handoff] = await Promise.all([
    readClock(tx),
    answered(discoverAgents.run(context, {})),
    answered(checkLocks.run(context, {})),
    answered(listApprovals.run(context, { status: 'all', limit: 50 })),
    claimsOf(tx, caller.sessionId, mostRead),
    offersFor(tx, wish, mostRead),
    unreadFor(tx, project.id, caller, mostRead),
    handoffFor(tx, project.id, caller, interest.fromAgent),
  ]);
  const task =
    interest.task ??
    claims[0]?.description ??
    agents.find(agent => agent.session_id === caller.sessionId)?.current_task ??
    (handoff && [handoff.summary, ...handoff.next_steps].join('\n'));
  return {
    now,
    self: caller,
    others: agents.filter(
      agent =>
        agent.session_id !== caller.sessionId &&
        agent.status !== 'disconnected' &&
        !servesChats(agent) &&
        // What a branch changes, and what a label locks, is told with the locks.
        agent.agent_type !== branchType &&
        agent.agent_type !== labelType,
    ),
    ownLocks: locks.filter(lock => lock.yours && lock.mode !== 'branch'),
    othersLocks: locks.filter(lock => !lock.yours && !isElsewhere(lock)),
    elsewhere: locks.filter(lock => !lock.yours && isElsewhere(lock)),
    claims,
    offers,
    messages,
    approvals: approvals.filter(approval => stillMatters(approval, now)).sort(byUrgency),
    handoff,
    memories: task ? await memoriesFor(context, task) : [],
  };
}

async function memoriesFor({ tx, project }: OperationContext, task: string): Promise<readonly Recalled[]> {
  const found = await recallFor(tx, project, task.slice(0, longestTask).toWellFormed(), mostRecalled);
  return found.filter(({ relevance }) => relevance >= leastRelevance);
}

/** The connection of a client that names the chat in each call: at work are its chats, and maybe this very one. */
function servesChats({ harness, client, current_task }: AgentHere): boolean {
  return (
    harness === null &&
    current_task === null &&
    /^(?:codex-mcp-client|Visual Studio Code)\b/.test(client ?? '')
  );
}

/** Tells locks that only advise whoever works in the caller's worktree: of other worktrees, and of branches. */
export function elsewhereFor({ worktree, project }: OperationContext): (lock: LockHere) => boolean {
  if (project.settings['locks.acrossWorktrees'] !== 'advise') return () => false;
  return lock =>
    lock.mode === 'branch' ||
    (lock.automatic && lock.worktree !== null && worktree !== null && lock.worktree !== worktree);
}

/** The database's clock. */
export async function readClock(db: Queryable): Promise<Date> {
  const [row] = await db.query(sql<{ now: Date }>`select clock_timestamp() as now`);
  if (!row) throw new Error('the clock answered nothing');
  return row.now;
}

/** What another capability's read answers. */
export async function answered<T>(running: Promise<T | Waiting>): Promise<T> {
  const answer = await running;
  if (answer instanceof Waiting) throw new Error('a read without patience waits for nothing');
  return answer;
}

function stillMatters({ status, decided, closed_at }: OwnApproval, now: Date): boolean {
  if (status === 'pending') return true;
  if (status === 'approved') return closed_at === null;
  if (status !== 'denied' || decided === null) return false;
  return now.getTime() - Date.parse(decided.at) < denialMattersMs;
}

const urgency = ['approved', 'denied', 'pending'];

function byUrgency(one: OwnApproval, other: OwnApproval): number {
  return urgency.indexOf(one.status) - urgency.indexOf(other.status);
}
