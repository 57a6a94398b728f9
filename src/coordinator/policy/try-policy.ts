import { z } from 'zod';
import { readRecent } from '../audit/since.ts';
import { operation } from '../kernel/operation.ts';
import { loadCedar } from './cedar.ts';
import { problemsIn } from './cedar-text.ts';
import { type NamedText, type PolicySet, policySetOf } from './policy-set.ts';
import { strictest } from './record.ts';
import { requestsOf } from './replay.ts';
import { PolicyName, PolicyText, ShownProblem } from './shown.ts';
import { readTexts } from './store.ts';

const Decided = z.enum(['allow', 'deny', 'approval_required']);

/** So many differences are shown; all are counted. */
const mostShown = 100;

/** What a change of the policies would have done to the decisions of the last days. Nothing is saved. */
export const tryPolicy = operation({
  name: 'try_policy',
  title: 'Try a policy',
  description:
    'Asks again what was decided in the last days, with a policy as it would be after a change, and shows which decisions would have been others. Nothing is saved.',
  access: 'read',
  callers: ['operator', 'local', 'system'],
  tool: false,
  idempotent: true,
  input: z.object({
    name: PolicyName.describe('The policy that would be changed, or the name of a new one.'),
    text: PolicyText.nullable().describe('What it would say; null: it is deleted.'),
    days: z.number().int().min(1).max(90).default(7),
    limit: z
      .number()
      .int()
      .min(1)
      .max(20_000)
      .default(5_000)
      .describe('At most so many decisions, the newest.'),
  }),
  output: z.object({
    valid: z.boolean(),
    problems: z.array(ShownProblem),
    considered: z.number().int().describe('Decisions that were asked again.'),
    skipped: z
      .number()
      .int()
      .describe('Records that keep no whole question: made by people, or by an older version.'),
    changed: z.number().int(),
    changes: z.array(
      z.object({
        sequence: z.number().int(),
        recorded_at: z.string(),
        agent_id: z.string(),
        operation: z.string(),
        resource: z.object({ type: z.string(), id: z.string() }),
        before: Decided,
        after: Decided,
        reason: z.string(),
        policies: z.array(z.string()),
      }),
    ),
  }),
  resource: ({ name }) => ({ type: 'Policy', id: name }),
  async run({ tx, project, operations }, { name, text, days, limit }) {
    const cedar = await loadCedar();
    const problems = text === null ? [] : problemsIn(cedar, text);
    const answer = { problems: [...problems], considered: 0, skipped: 0, changed: 0, changes: [] };
    if (problems.some(({ severity }) => severity === 'error')) return { ...answer, valid: false };
    const texts = await readTexts(tx, project.id);
    const others = texts.filter(one => one.name !== name);
    const wanted: readonly NamedText[] = text === null ? others : [...others, { name, text }];
    const [now, then] = [policySetOf(cedar, texts), policySetOf(cedar, wanted)];
    const records = await readRecent(tx, project.id, days, limit);
    const asked = records.flatMap(({ sequence, recordedAt, record }) => {
      const requests = requestsOf(record, recordedAt);
      const declared = operations.get(record.operation);
      return requests && declared ? [{ sequence, recordedAt, requests, access: declared.access }] : [];
    });
    const differing = asked.flatMap(({ sequence, recordedAt, requests, access }) => {
      const by = (set: PolicySet) =>
        strictest(requests.map(request => ({ request, answer: set.decide(request, access) })));
      const { answer: before } = by(now);
      const { answer: after, request } = by(then);
      if (before.decision === after.decision) return [];
      return [
        {
          sequence,
          recorded_at: recordedAt.toISOString(),
          agent_id: request.principal.agent,
          operation: request.action.name,
          resource: request.resource,
          before: before.decision,
          after: after.decision,
          reason: after.reason,
          policies: [...after.determiningPolicies],
        },
      ];
    });
    return {
      ...answer,
      valid: true,
      considered: asked.length,
      skipped: records.length - asked.length,
      changed: differing.length,
      changes: differing.slice(0, mostShown),
    };
  },
});
