import type { SessionGrants } from '../grants/held.ts';
import type { AgentCaller, Caller } from '../kernel/caller.ts';
import type { Step } from '../kernel/corridor.ts';
import type { Access } from '../kernel/operation.ts';
import { type Decision, type KnownPassage, known } from '../kernel/passage.ts';
import type { ChangedFiles } from '../profiles/changed-files.ts';
import type { Resolved } from '../profiles/profile.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { Usage, UsageBook } from '../profiles/usage.ts';
import { riskOf } from '../risk/of-call.ts';
import { decideNative } from './native.ts';
import { inputsOf, strictest } from './record.ts';
import { notForCaller, refusedBy } from './refusal.ts';
import { builtinPolicies, type Limit } from './request.ts';
import { type Known, requestsOf } from './requests-of-call.ts';

const callersByDefault: readonly Caller['kind'][] = ['agent', 'operator', 'system'];

export interface AuthorizeServices {
  readonly profiles: Profiles;
  readonly usage: UsageBook;
  readonly changedFiles: ChangedFiles;
  readonly grants: SessionGrants;
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
    if (caller.kind === 'agent') return authorizeAgent(services, current, caller);
    if (caller.kind === 'local' && access !== 'read' && !operation.ownAffair) throw refuseCaller(current);
    passage.decision = passes(caller, access);
  };
}

async function authorizeAgent(
  services: AuthorizeServices,
  passage: KnownPassage,
  caller: AgentCaller,
): Promise<void> {
  const { operation, place } = passage;
  const resolved = await services.profiles.of(place.project.id, caller);
  const { usage, usedUp } = await spend(services, passage, caller, resolved);
  const held = (await services.grants.grantsOf(caller.sessionId)).filter(
    ({ covers }) => covers === 'operation',
  );
  const now = services.now();
  const risk = riskOf(passage, caller, resolved.trust, usage, now);
  const facts: Known = { resolved, usedUp, grants: held.map(grant => grant.operation), risk, now };
  const requests = requestsOf(passage, caller, facts);
  const { answer, request } = strictest(
    requests.map(request => ({ request, answer: decideNative(request) })),
  );
  passage.decision = { ...answer, engine: 'native', inputs: inputsOf(request, resolved, risk) };
  if (answer.decision === 'deny') throw refusedBy(operation, request.principal, answer, answer);
  if (!answer.determiningPolicies.includes(builtinPolicies.granted)) return;
  const grant = held.find(one => one.operation === operation.name);
  if (!grant) return;
  passage.facts.grant_id = grant.id;
  services.grants.used(grant.id);
}

interface Spent {
  readonly usage: Usage;
  readonly usedUp: Limit | null;
}

const nothing: Usage = { calls: 0, executionMs: 0, violations: 0 };

/** What is one's own affair is bound to no limit: whoever has used up everything can still give back what it holds. */
async function spend(
  { usage, changedFiles }: AuthorizeServices,
  { operation, input, place }: KnownPassage,
  caller: AgentCaller,
  { profile }: Resolved,
): Promise<Spent> {
  if (operation.ownAffair) return { usage: nothing, usedUp: null };
  const spender = { projectId: place.project.id, sessionId: caller.sessionId };
  const { max_api_calls_per_hour: calls, max_execution_time_seconds: seconds } = profile;
  const entry = await usage.enter(spender, {
    calls,
    executionMs: seconds === null ? null : seconds * 1_000,
    violationMinutes: place.project.settings['risk.windowMinutes'],
  });
  const most = profile.max_file_modifications;
  const changes = most === null ? [] : (operation.changes?.(input, place) ?? []);
  if (entry.usedUp !== null || most === null || changes.length === 0) return entry;
  const tooMany = (await changedFiles.countWith(spender, changes, most)) > most;
  return { usage: entry.usage, usedUp: tooMany ? 'max_file_modifications' : null };
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
