import { z } from 'zod';

/** Operations that labels lead to, each called in the name of whoever set the label. */
export const StepName = z.enum([
  'acquire_lock',
  'release_lock',
  'submit_work',
  'cancel_work',
  'send_message',
]);

/** One call that is to be made, so that locks and tasks come to be what labels say. */
export const Step = z.object({
  item_id: z.uuid(),
  label: z.string().describe('The label that it follows from.'),
  decided_for: z
    .string()
    .nullable()
    .describe('As the label was set; null where nothing is written down of it.'),
  session_id: z.uuid().describe('Who calls.'),
  operation: StepName,
  input: z.record(z.string(), z.unknown()),
});
export type Step = z.infer<typeof Step>;

/** What came of a step that asked for something. */
export const StepOutcome = z.object({
  item_id: z.uuid(),
  label: z.string(),
  decided_for: z.string(),
  outcome: z.enum(['done', 'waits', 'refused']),
  code: z.string().max(100).nullable(),
  reason: z.string().max(2_000).nullable(),
});
export type StepOutcome = z.infer<typeof StepOutcome>;
