import { setImmediate as nextTurn } from 'node:timers/promises';
import { actionOf } from './actions.ts';
import type { Cedar } from './cedar.ts';
import { cedarFiles } from './cedar-files.ts';
import { cedarRequest } from './cedar-request.ts';
import { policiesIn, type SinglePolicy } from './cedar-text.ts';
import { type Necessary, necessaryFor } from './necessary.ts';
import { createPlaces, type Places } from './places.ts';
import type { Answer, PolicyRequest } from './request.ts';
import { attributesRead, concerns } from './slice.ts';

/** A text of policies that people have written, by its name. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What the declaration of the operation says of its access: one of three, or that it depends on the input. */
export type Accesses = Parameters<typeof actionOf>[0]['access'];

/** Policies in force, ready to decide. */
export interface PolicySet {
  decide(request: PolicyRequest, access: Accesses): Answer;
}

interface Member extends SinglePolicy {
  readonly id: string;
  readonly asks: boolean;
  /** Undefined where the policy may apply to any resource. */
  readonly necessary: Necessary | undefined;
}

/** Those of the policies that can concern calls of one shape, and those that are about certain names alone. */
interface Slice {
  readonly always: readonly Member[];
  readonly byName: readonly Member[];
}

/** Policies that are asked together. */
interface Prepared {
  readonly members: ReadonlyMap<string, Member>;
  readonly attributes: ReadonlySet<string> | 'all';
  /** Where the engine keeps them, and those among them that do not ask. */
  readonly all: string;
  readonly withoutAsks: string;
}

/**
 * Makes the defaults and the given texts one set. Cedar evaluates every policy of a set, each in about a microsecond, so
 * that a call is only asked of those that can apply to it: by their scope, and by what they ask of a path.
 * @throws Error where a text cannot be read any more: it must not be left out in silence.
 */
export function policySetOf(cedar: Cedar, texts: readonly NamedText[]): PolicySet {
  const members = [...defaultsOf(cedar), ...texts.flatMap(text => membersOf(cedar, text))];
  const slices = new Map<string, Slice>();
  const prepared = new Map<string, Prepared>();
  const places = createPlaces(cedar);

  function sliceFor(key: string, actions: readonly string[], resourceType: string): Slice {
    const known = slices.get(key);
    if (known) return known;
    const concerned = members.filter(({ json }) => concerns(json, { actions, resourceType }));
    const slice = {
      always: concerned.filter(({ necessary }) => !necessary),
      byName: concerned.filter(({ necessary }) => necessary),
    };
    slices.set(key, slice);
    return slice;
  }

  function preparedFor(key: string, { always, byName }: Slice, name: string): Prepared {
    const applying = byName.filter(({ necessary }) => necessary?.(name));
    const applyingKey = [key, ...applying.map(({ id }) => id)].join('\n');
    const known = prepared.get(applyingKey);
    if (known) return known;
    if (prepared.size >= mostPrepared) {
      prepared.clear();
      places.release();
    }
    const made = prepare(places, [...always, ...applying]);
    prepared.set(applyingKey, made);
    return made;
  }

  const set: PolicySet = {
    decide(request, access) {
      const { resource } = request;
      const action = actionOf({ name: request.action.name, access }, request.action.access);
      const key = `${action.id} ${resource.type}`;
      const slice = sliceFor(key, [action.id, ...action.parents], resource.type);
      const policies = preparedFor(key, slice, resource.id);
      return answerOf(cedar, policies, cedarRequest(request, action, policies.attributes));
    },
  };
  places.releaseWith(set);
  return set;
}

/** So many different selections are kept of one set; what is beyond is prepared anew. */
const mostPrepared = 500;

function prepare(places: Places, members: readonly Member[]): Prepared {
  const asking = members.filter(({ asks }) => asks);
  return {
    members: new Map(members.map(member => [member.id, member])),
    attributes: attributesRead(members.map(({ json }) => json)),
    all: places.put(members),
    withoutAsks: places.put(members.filter(member => !asking.includes(member))),
  };
}

function answerOf(cedar: Cedar, policies: Prepared, asked: ReturnType<typeof cedarRequest>): Answer {
  const evaluate = (place: string) => {
    const answer = cedar.statefulIsAuthorized({ ...asked, preparsedPolicySetId: place });
    if (answer.type === 'failure') throw new Error(`Cedar failed: ${answer.errors[0]?.message}`);
    return answer.response;
  };
  const { decision, diagnostics } = evaluate(policies.all);
  const determining = diagnostics.reason;
  const [broken] = diagnostics.errors;
  // A forbid that cannot be evaluated is one that does not forbid: that must not pass.
  if (broken) {
    const reason = `the policy ${broken.policyId} could not be evaluated: ${broken.error.message}`;
    return { decision: 'deny', reason, determiningPolicies: [broken.policyId] };
  }
  if (decision === 'allow') {
    return { decision, reason: `${listed(determining)} permits it`, determiningPolicies: determining };
  }
  const forbidding = determining.filter(id => !policies.members.get(id)?.asks);
  if (forbidding.length > 0) {
    return { decision, reason: `${listed(forbidding)} forbids it`, determiningPolicies: forbidding };
  }
  if (determining.length > 0 && evaluate(policies.withoutAsks).decision === 'allow') {
    const reason = `${listed(determining)} asks for a person`;
    return { decision: 'approval_required', reason, determiningPolicies: determining };
  }
  return { decision, reason: 'no policy permits it', determiningPolicies: [] };
}

function listed(policies: readonly string[]): string {
  return `the ${policies.length === 1 ? 'policy' : 'policies'} ${policies.join(', ')}`;
}

function defaultsOf(cedar: Cedar): readonly Member[] {
  return read(cedar, cedarFiles.defaults).map(policy => {
    const id = policy.json.annotations?.id;
    if (id === undefined) throw new Error('a default policy has no id');
    return memberOf(policy, id);
  });
}

/** One policy goes by the name of its text; of several each has its number behind it. */
function membersOf(cedar: Cedar, { name, text }: NamedText): readonly Member[] {
  const policies = read(cedar, text);
  if (policies.length === 0) throw new Error(`the policy ${name} cannot be read`);
  return policies.map((policy, index) =>
    memberOf(policy, policies.length === 1 ? name : `${name}/${index + 1}`),
  );
}

function memberOf(policy: SinglePolicy, id: string): Member {
  const { effect, annotations } = policy.json;
  return {
    ...policy,
    id,
    asks: effect === 'forbid' && annotations?.answer === 'ask',
    necessary: necessaryFor(policy.json),
  };
}

/** Reading goes on for so long before others have their turn, in milliseconds. */
const sliceMs = 5;

/**
 * Reads those of the texts that were not read before, a little at a time: a thousand take half a second, in which the
 * coordinator has other calls to answer. {@link policySetOf} then finds them read.
 */
export async function readAhead(
  cedar: Cedar,
  texts: readonly NamedText[],
  monotonicMs: () => number,
): Promise<void> {
  let since = monotonicMs();
  for (const { text } of texts) {
    if (readBefore.has(text)) continue;
    read(cedar, text);
    if (monotonicMs() - since < sliceMs) continue;
    await nextTurn();
    since = monotonicMs();
  }
}

/** Of a set that was changed in one place, the rest was read before. */
const readBefore = new Map<string, readonly SinglePolicy[]>();
const mostRead = 5_000;

function read(cedar: Cedar, text: string): readonly SinglePolicy[] {
  const known = readBefore.get(text);
  if (known) return known;
  const policies = policiesIn(cedar, text);
  if (readBefore.size >= mostRead) readBefore.clear();
  readBefore.set(text, policies);
  return policies;
}
