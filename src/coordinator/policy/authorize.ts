import type { Database } from '../database/port.ts';
import type { SessionGrants } from '../grants/held.ts';
import type { AgentCaller, Caller } from '../kernel/caller.ts';
import type { Step } from '../kernel/corridor.ts';
import type { Decision } from '../kernel/decision.ts';
import type { Access } from '../kernel/operation.ts';
import { type KnownPassage, known } from '../kernel/passage.ts';
import type { ChangedFiles } from '../profiles/changed-files.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { UsageBook } from '../profiles/usage.ts';
import type { Engines } from './engine.ts';
import type { Judge, Verdicts } from './judge.ts';
import { notForCaller, refusedBy } from './refusal.ts';
import { builtinPolicies } from './request.ts';
import { spend } from './spending.ts';

const callersByDefault: readonly Caller['kind'][] = ['agent', 'operator', 'system'];

export interface AuthorizeServices {
  readonly database: Pick<Database, 'within'>;
  readonly profiles: Profiles;
  readonly usage: UsageBook;
  readonly changedFiles: ChangedFiles;
  readonly grants: SessionGrants;
  readonly judge: Judge;
  readonly engines: Pick<Engines, 'prepare'>;
  /** What was said of calls on their way, for later steps. */
  readonly verdicts: Verdicts;
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
    // People look, and agents register, before agents work.
    services.engines.prepare(current.place.project);
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
  const db = services.database.within(place.project.id);
  const resolved = await services.profiles.of(db, place.project.id, caller);
  const spent = await spend(db, services, passage, caller, resolved, 'enter');
  const verdict = await services.judge(db, passage, caller, resolved, spent);
  services.verdicts.set(passage.call, verdict);
  const { answer, builtin, request, grantId } = verdict;
  passage.decision = verdict.decision;
  if (answer.decision === 'deny') throw refusedBy(operation, request.principal, answer, builtin);
  if (grantId === undefined || !answer.determiningPolicies.includes(builtinPolicies.granted)) return;
  passage.facts.grant_id = grantId;
  services.grants.used(grantId);
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
