import type { AuditRecord } from '../audit/record.ts';
import type { Trust } from '../kernel/caller.ts';
import type { Access, Resource } from '../kernel/operation.ts';
import type { PolicyRequest } from './request.ts';

/** The inputs of a decision as `inputsOf` writes them. */
interface RecordedInputs {
  readonly kind: string;
  readonly trust: Trust;
  readonly profile: string;
  readonly grants: readonly string[];
  readonly access: Access;
  readonly resource: Resource;
  readonly resources?: readonly Resource[];
  readonly risk_score: number;
  readonly risk_band: PolicyRequest['context']['riskBand'];
  readonly risk_refuses: boolean;
  readonly branch: string | null;
  readonly own_affair: boolean;
  readonly blocked: boolean;
  readonly listed: boolean;
  readonly elevated: boolean;
  readonly used_up: PolicyRequest['context']['usedUp'];
}

/**
 * What was asked when a record was made, one request for each thing that the call was about, so that it can be asked
 * again. Undefined where no policy engine was asked, or an older Interlock kept less of the question.
 */
export function requestsOf(record: AuditRecord, recordedAt: Date): readonly PolicyRequest[] | undefined {
  const decision = record.decision as { inputs?: Partial<RecordedInputs> } | null;
  const inputs = decision?.inputs;
  if (inputs?.kind !== 'agent' || !isComplete(inputs) || record.agent_id === null) return undefined;
  const request = {
    principal: {
      agent: record.agent_id,
      session: record.session_id ?? '',
      type: record.agent_type ?? '',
      trust: inputs.trust,
      delegatedBy: record.delegated_from,
      grants: inputs.grants,
      profile: inputs.profile,
    },
    action: { name: record.operation, access: inputs.access },
    context: {
      riskScore: inputs.risk_score,
      riskBand: inputs.risk_band,
      riskRefuses: inputs.risk_refuses,
      now: recordedAt.getTime(),
      branch: inputs.branch,
      ownAffair: inputs.own_affair,
      blocked: inputs.blocked,
      listed: inputs.listed,
      elevated: inputs.elevated,
      usedUp: inputs.used_up,
    },
  };
  return (inputs.resources ?? [inputs.resource]).map(resource => ({ ...request, resource }));
}

function isComplete(inputs: Partial<RecordedInputs>): inputs is RecordedInputs {
  return inputs.resource !== undefined && inputs.risk_band !== undefined && inputs.listed !== undefined;
}
