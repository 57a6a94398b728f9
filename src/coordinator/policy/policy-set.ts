import { actionOf } from './actions.ts';
import type { Cedar } from './cedar.ts';
import { cedarFiles } from './cedar-files.ts';
import { cedarRequest } from './cedar-request.ts';
import { policiesIn, type SinglePolicy } from './cedar-text.ts';
import type { Answer, PolicyRequest } from './request.ts';
import { attributesRead, concerns } from './slice.ts';

/** A text of policies that people have written, by its name. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Policies in force, ready to decide. */
export interface PolicySet {
  decide(request: PolicyRequest, access: Accesses): Answer;
}

/** What the declaration of the operation says of its access: one of three, or that it depends on the input. */
export type Accesses = Parameters<typeof actionOf>[0]['access'];

interface Member extends SinglePolicy {
  readonly id: string;
  readonly asks: boolean;
}

interface Slice {
  /** Names in the engine of the policies that concern the shape, and of those among them that do not ask. */
  readonly all: string;
  readonly withoutAsks: string;
  readonly members: ReadonlyMap<string, Member>;
  readonly attributes: ReadonlySet<string> | 'all';
}

/** The engine keeps what was parsed under a name for ever: a name is used again, never a new one for the same place. */
let places = 0;
const freePlaces: string[] = [];
const cleaner = new FinalizationRegistry<string[]>(given => freePlaces.push(...given));

/**
 * Makes the defaults and the given texts one set. Each kind of call sees the policies that can concern it, parsed when
 * the first such call comes.
 */
export function policySetOf(cedar: Cedar, texts: readonly NamedText[]): PolicySet {
  const members = [...defaultsOf(cedar), ...texts.flatMap(text => membersOf(cedar, text))];
  const slices = new Map<string, Slice>();
  const taken: string[] = [];

  function prepare(policies: readonly Member[]): string {
    const place = freePlaces.pop() ?? `set ${++places}`;
    taken.push(place);
    const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
    const answer = cedar.preparsePolicySet(place, { staticPolicies });
    if (answer.type === 'failure')
      throw new Error(`the policies cannot be read: ${answer.errors[0]?.message}`);
    return place;
  }

  function sliceFor(key: string, actions: readonly string[], resourceType: string): Slice {
    const known = slices.get(key);
    if (known) return known;
    const concerned = members.filter(({ json }) => concerns(json, { actions, resourceType }));
    const slice: Slice = {
      all: prepare(concerned),
      withoutAsks: prepare(concerned.filter(({ asks }) => !asks)),
      members: new Map(concerned.map(member => [member.id, member])),
      attributes: attributesRead(concerned.map(({ json }) => json)),
    };
    slices.set(key, slice);
    return slice;
  }

  const set: PolicySet = {
    decide(request, access) {
      const action = actionOf({ name: request.action.name, access }, request.action.access);
      const slice = sliceFor(
        `${action.id} ${request.resource.type}`,
        [action.id, ...action.parents],
        request.resource.type,
      );
      const asked = cedarRequest(request, action, slice.attributes);
      const evaluate = (place: string) => {
        const answer = cedar.statefulIsAuthorized({ ...asked, preparsedPolicySetId: place });
        if (answer.type === 'failure') throw new Error(`Cedar failed: ${answer.errors[0]?.message}`);
        return answer.response;
      };
      const { decision, diagnostics } = evaluate(slice.all);
      const [broken] = diagnostics.errors;
      // A forbid that cannot be evaluated is one that does not forbid: that must not pass.
      if (broken) {
        return {
          decision: 'deny',
          reason: `the policy ${broken.policyId} could not be evaluated: ${broken.error.message}`,
          determiningPolicies: [broken.policyId],
        };
      }
      if (decision === 'allow') {
        return {
          decision: 'allow',
          reason: `${listed(diagnostics.reason)} permits it`,
          determiningPolicies: diagnostics.reason,
        };
      }
      const forbidding = diagnostics.reason.filter(id => !slice.members.get(id)?.asks);
      if (
        forbidding.length === 0 &&
        diagnostics.reason.length > 0 &&
        evaluate(slice.withoutAsks).decision === 'allow'
      ) {
        return {
          decision: 'approval_required',
          reason: `${listed(diagnostics.reason)} asks for a person`,
          determiningPolicies: diagnostics.reason,
        };
      }
      return {
        decision: 'deny',
        reason: forbidding.length > 0 ? `${listed(forbidding)} forbids it` : 'no policy permits it',
        determiningPolicies: forbidding,
      };
    },
  };
  cleaner.register(set, taken);
  return set;
}

function listed(policies: readonly string[]): string {
  return `the ${policies.length === 1 ? 'policy' : 'policies'} ${policies.join(', ')}`;
}

function defaultsOf(cedar: Cedar): readonly Member[] {
  return policiesIn(cedar, cedarFiles.defaults).map(policy => {
    const id = policy.json.annotations?.id;
    if (id === undefined) throw new Error('a default policy has no id');
    return { ...policy, id, asks: asks(policy) };
  });
}

/** One policy goes by the name of its text; of several each has its number behind it. */
function membersOf(cedar: Cedar, { name, text }: NamedText): readonly Member[] {
  const policies = policiesIn(cedar, text);
  // What was valid when it was written and is not any more: an operation is gone. It must not be left out in silence.
  if (policies.length === 0) throw new Error(`the policy ${name} cannot be read`);
  return policies.map((policy, index) => ({
    ...policy,
    id: policies.length === 1 ? name : `${name}/${index + 1}`,
    asks: asks(policy),
  }));
}

function asks({ json }: SinglePolicy): boolean {
  return json.effect === 'forbid' && json.annotations?.answer === 'ask';
}
