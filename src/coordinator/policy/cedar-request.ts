import type { CedarValueJson, EntityJson, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/web';
import type { PolicyRequest } from './request.ts';

export type Asked = Omit<StatefulAuthorizationCall, 'preparsedPolicySetId'>;

interface Action {
  readonly id: string;
  readonly parents: readonly string[];
}

/**
 * The request in Cedar's words, with the attributes that the policies read and no others. The schema was looked at when
 * the policies were written; here it would only cost time.
 */
export function cedarRequest(
  { principal, resource, action: { name, access }, context }: PolicyRequest,
  action: Action,
  read: ReadonlySet<string> | 'all',
): Asked {
  const wanted = (name: string) => read === 'all' || read.has(name);
  const some = (attributes: Readonly<Record<string, () => CedarValueJson | undefined>>) => {
    const chosen: Record<string, CedarValueJson> = {};
    for (const [name, value] of Object.entries(attributes)) {
      const given = wanted(name) ? value() : undefined;
      if (given !== undefined) chosen[name] = given;
    }
    return chosen;
  };
  const agent: EntityJson = {
    uid: { type: 'Agent', id: principal.session },
    attrs: some({
      name: () => principal.agent,
      trust: () => principal.trust,
      profile: () => principal.profile,
      delegated_by: () =>
        principal.delegatedBy === null
          ? undefined
          : { __entity: { type: 'User', id: principal.delegatedBy } },
      session_grants: () => [...principal.grants],
    }),
    parents: [{ type: 'AgentType', id: principal.type }],
  };
  const subject: EntityJson = {
    uid: { type: resource.type, id: resource.id },
    attrs:
      resource.type === 'File'
        ? some({ path: () => resource.id, is_pattern: () => /[*?[{]/.test(resource.id) })
        : some({ name: () => resource.id }),
    parents: [],
  };
  const doing: EntityJson = {
    uid: { type: 'Action', id: action.id },
    attrs: {},
    parents: action.parents.map(id => ({ type: 'Action', id })),
  };
  return {
    principal: agent.uid,
    action: doing.uid,
    resource: subject.uid,
    context: some({
      access: () => access,
      risk_score: () => ({ __extn: { fn: 'decimal', arg: context.riskScore.toFixed(4) } }),
      risk_band: () => context.riskBand,
      risk_refuses: () => context.riskRefuses,
      now: () => ({ __extn: { fn: 'datetime', arg: new Date(context.now).toISOString() } }),
      hour: () => new Date(context.now).getHours(),
      branch: () => context.branch ?? undefined,
      own_affair: () => context.ownAffair,
      blocked: () => context.blocked,
      listed: () => context.listed,
      elevated: () => context.elevated,
      granted: () => principal.grants.includes(name),
      used_up: () => context.usedUp ?? undefined,
    }),
    entities: [agent, subject, doing],
  };
}
