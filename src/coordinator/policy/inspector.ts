import type { Inspector } from '../kernel/guard.ts';
import type { Finding } from '../kernel/intent.ts';
import type { Access, Resource } from '../kernel/operation.ts';
import { writtenPaths } from '../locks/inspector.ts';
import { networkAction } from './actions.ts';
import type { Verdict, Verdicts } from './judge.ts';
import type { Answer, PolicyRequest } from './request.ts';
import { spelled } from './requests-of-call.ts';

/**
 * Asks the policies that people have written about what a command was found to write and to reach, which the authorize
 * step cannot know yet. The built-in policies look at no path and no host.
 */
export function createPolicyInspector(verdicts: Verdicts): Inspector {
  return async ({ call, operation, resources, touched, reached, place }) => {
    const verdict = verdicts.get(call);
    if (!verdict?.engine.hasOwnPolicies) return [];
    const judged = new Set(resources.map(({ type, id }) => `${type} ${id}`));
    const isNew = ({ type, id }: Resource) => !judged.has(`${type} ${id}`);
    const written = (await writtenPaths(touched, place)).map((id): Resource => ({ type: 'File', id }));
    const files = spelled(written, place.foldsCase);
    const hosts = reached.map((written): Resource => ({ type: 'Domain', id: hostOf(written) }));
    return [
      ...files
        .filter(isNew)
        .flatMap(file => findingsAbout(verdict, operation.access, aboutFile(verdict, file))),
      ...hosts.flatMap(host => findingsAbout(verdict, 'read', aboutHost(verdict, host))),
    ];
  };
}

function aboutFile({ request }: Verdict, resource: Resource): PolicyRequest {
  return { ...request, resource };
}

/** Reaching a host is on nobody's list of operations. */
function aboutHost({ request }: Verdict, resource: Resource): PolicyRequest {
  return {
    ...request,
    resource,
    action: { name: networkAction, access: 'read' },
    context: { ...request.context, blocked: false, listed: true, elevated: false, usedUp: null },
  };
}

function findingsAbout(
  { engine }: Verdict,
  access: Access | { of(input: never): Access },
  request: PolicyRequest,
): Finding[] {
  const answer = engine.decide({ access }, request);
  return answer.decision === 'allow' ? [] : [findingOf(answer, request)];
}

function findingOf({ decision, reason, determiningPolicies }: Answer, { resource }: PolicyRequest): Finding {
  return {
    answer: decision === 'deny' ? 'refuse' : 'ask',
    code: 'policy_denied',
    rule: `policy.${determiningPolicies[0] ?? 'none'}`,
    category: 'policy',
    effect: `It ${resource.type === 'Domain' ? 'reaches' : 'changes'} ${resource.id.slice(0, 200)}, and ${reason}`,
    suggestion: 'get_policy shows the policy. Do it another way, or ask the person at the editor.',
    matchedText: resource.id.slice(0, 200),
  };
}

function hostOf(written: string): string {
  return URL.canParse(written) ? new URL(written).hostname : written.toLowerCase();
}
