import type { Queryable } from '../database/port.ts';
import type { SessionGrants } from '../grants/held.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import type { Decision } from '../kernel/decision.ts';
import type { Call, KnownPassage } from '../kernel/passage.ts';
import type { Resolved } from '../profiles/profile.ts';
import type { Usage } from '../profiles/usage.ts';
import { riskOf } from '../risk/of-call.ts';
import type { RiskScore } from '../risk/score.ts';
import type { Engine, Engines } from './engine.ts';
import { decideNative } from './native.ts';
import { inputsOf, strictest } from './record.ts';
import type { Answer, Limit, PolicyRequest } from './request.ts';
import { requestsOf } from './requests-of-call.ts';

export interface JudgeServices {
  readonly grants: SessionGrants;
  readonly engines: Engines;
  /** Milliseconds since 1970, of the database’s clock. */
  readonly now: () => number;
}

/** A call that an agent makes, or asks about. */
export type Asked = Pick<KnownPassage, 'operation' | 'access' | 'place' | 'resources'>;

/** What the session has done so far, as far as it counts. */
export interface Spent {
  readonly usage: Usage;
  readonly usedUp: Limit | null;
}

export interface Verdict {
  readonly engine: Engine;
  readonly decision: Decision;
  /** The request that was answered as strictly as the call is. */
  readonly request: PolicyRequest;
  readonly answer: Answer;
  /** What the built-in policies alone say of it. */
  readonly builtin: Answer;
  /** The grant behind a permission to call the operation, where the session has one. */
  readonly grantId: string | undefined;
}

/** The verdicts on calls that are on their way. */
export type Verdicts = WeakMap<Call, Verdict>;

/** Asks the project’s engine about everything that a call of an agent is about. */
export type Judge = (
  db: Queryable,
  asked: Asked,
  caller: AgentCaller,
  resolved: Resolved,
  spent: Spent,
) => Promise<Verdict>;

export function createJudge({ grants, engines, now }: JudgeServices): Judge {
  return async (db, asked, caller, resolved, { usage, usedUp }) => {
    const { operation, place } = asked;
    const [engine, held] = await Promise.all([
      engines.of(db, place.project),
      grants.grantsOf(db, caller.sessionId),
    ]);
    const permissions = held.filter(({ covers }) => covers === 'operation');
    const at = now();
    const risk: RiskScore = riskOf(asked, caller, resolved.trust, usage, at);
    const known = { resolved, usedUp, grants: permissions.map(grant => grant.operation), risk, now: at };
    const { answer, request } = strictest(
      requestsOf(asked, caller, known).map(request => ({
        request,
        answer: engine.decide(operation, request),
      })),
    );
    return {
      engine,
      decision: {
        ...answer,
        engine: engine.name,
        inputs: inputsOf(request, resolved, risk, asked.resources),
      },
      request,
      answer,
      builtin: engine.name === 'native' ? answer : decideNative(request),
      grantId: permissions.find(grant => grant.operation === operation.name)?.id,
    };
  };
}
