import type { AgentCaller, Caller } from '../kernel/caller.ts';
import type { Step } from '../kernel/corridor.ts';
import type { Access } from '../kernel/operation.ts';
import { type Decision, type KnownPassage, known } from '../kernel/passage.ts';
import type { ChangedFiles } from '../profiles/changed-files.ts';
import { type Resolved, standingOf } from '../profiles/profile.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { UsageBook } from '../profiles/usage.ts';
import { decideNative } from './native.ts';
import { notForCaller, refusedBy } from './refusal.ts';
import type { Limit, PolicyRequest } from './request.ts';

const callersByDefault: readonly Caller['kind'][] = ['agent', 'operator', 'system'];

export interface AuthorizeServices {
  readonly profiles: Profiles;
  readonly usage: UsageBook;
  readonly changedFiles: ChangedFiles;
  /** Milliseconds since 1970, of the database’s clock. */
  readonly now: () => number;
}

/**
 * Step 3: the kind of caller must be one that the operation is for; an agent is judged by its profile and the profile's
 * limits, by the risk of the call and by the policy engine, with its grants in the request. Policies are about agents:
 * people write them, and what the coordinator does unasked is bound to nobody's trust.
 */
export function createAuthorize(services: AuthorizeServices): Step {
  return async passage => {
    const current = known(passage);
    const { operation, access, caller } = current;
    if (!(operation.callers ?? callersByDefault).includes(caller.kind)) throw refuseCaller(current);
    if (caller.kind !== 'agent') {
      if (caller.kind === 'local' && access !== 'read' && !operation.ownAffair) throw refuseCaller(current);
      passage.decision = passes(caller, access);
      return;
    }
    await authorizeAgent(services, current, caller);
  };
}

async function authorizeAgent(
  services: AuthorizeServices,
  passage: KnownPassage,
  caller: AgentCaller,
): Promise<void> {
  const { operation, place } = passage;
  const resolved = await services.profiles.of(place.project.id, caller);
  const usedUp = await usedUpOf(services, passage, caller, resolved);
  const request = requestOf(services, passage, caller, resolved, usedUp);
  const answer = decideNative(request);
  passage.decision = { ...answer, engine: 'native', inputs: inputsOf(request, resolved) };
  if (answer.decision === 'deny') throw refusedBy(operation, request.principal, answer, answer);
}

/** What is one's own affair is bound to no limit: whoever has used up everything can still give back what it holds. */
async function usedUpOf(
  { usage, changedFiles }: AuthorizeServices,
  { operation, input, place }: KnownPassage,
  caller: AgentCaller,
  { profile }: Resolved,
): Promise<Limit | null> {
  if (operation.ownAffair) return null;
  const spender = { projectId: place.project.id, sessionId: caller.sessionId };
  const { max_api_calls_per_hour: calls, max_execution_time_seconds: seconds } = profile;
  const entry = await usage.enter(spender, { calls, executionMs: seconds === null ? null : seconds * 1_000 });
  if (entry.usedUp !== null) return entry.usedUp;
  const most = profile.max_file_modifications;
  const changes = operation.changes?.(input, place) ?? [];
  if (most === null || changes.length === 0) return null;
  return (await changedFiles.countWith(spender, changes, most)) > most ? 'max_file_modifications' : null;
}

function requestOf(
  { now }: AuthorizeServices,
  { operation, access, place, resource }: KnownPassage,
  { agentId, agentType, sessionId, delegatedFrom }: AgentCaller,
  { profile, trust }: Resolved,
  usedUp: Limit | null,
): PolicyRequest {
  return {
    principal: {
      agent: agentId,
      session: sessionId,
      type: agentType,
      trust,
      delegatedBy: delegatedFrom,
      grants: [],
      profile: profile.name,
    },
    action: { name: operation.name, access },
    resource,
    context: {
      riskScore: 0,
      riskBand: 'low',
      riskRefuses: false,
      now: now(),
      branch: place.branch,
      ownAffair: operation.ownAffair ?? false,
      ...standingOf(profile, operation),
      usedUp,
    },
  };
}

/** What the record keeps of the question, beside who asked and about what. */
function inputsOf({ principal, action, context }: PolicyRequest, { by }: Resolved): Decision['inputs'] {
  const { now: _, ...kept } = context;
  return {
    kind: 'agent',
    trust: principal.trust,
    profile: principal.profile,
    profile_by: by,
    grants: principal.grants,
    access: action.access,
    ...kept,
  };
}

function passes(caller: Caller, access: Access): Decision {
  return {
    decision: 'allow',
    reason: `${caller.kind} may call it`,
    determiningPolicies: [`permit-${caller.kind}`],
    engine: 'builtin',
    inputs: { kind: caller.kind, access },
  };
}

function refuseCaller(passage: KnownPassage) {
  const { operation, caller, access } = passage;
  passage.decision = {
    decision: 'deny',
    reason: `${operation.name} is not for a caller of kind ${caller.kind}`,
    determiningPolicies: ['callers'],
    engine: 'builtin',
    inputs: { kind: caller.kind, access },
  };
  return notForCaller(operation, caller);
}
