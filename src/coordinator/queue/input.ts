import { z } from 'zod';
import type { AgentCaller } from '../kernel/caller.ts';
import type { OperationContext, Resource } from '../kernel/operation.ts';

/** Characters of JSON that a task's input, or its result, may have. What is larger belongs into a file that it names. */
const longestJson = 64 * 1024;
/** Levels that it may nest; the database refuses many more. */
const deepestJson = 64;

export const TaskId = z.uuid().describe('The task_id that submit_work or get_work answered.');

export const TaskType = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe('What kind of work, in a word: implement, test, review, …');

export const Capability = z.string().trim().min(1).max(200);

export const AgentId = z.string().trim().min(1).max(200);

export const Priority = z.number().int().min(1).max(10).describe('1 goes first, 10 last.');

export const Reason = z.string().trim().min(1).max(1000);

/** Any JSON of bounded size and depth. */
export const Json = z.unknown().refine(isStorable, {
  message: `must be JSON of at most ${longestJson / 1024} KiB that nests at most ${deepestJson} levels`,
});

export const JsonObject = z.record(z.string(), z.unknown()).refine(isStorable, {
  message: `must be a JSON object of at most ${longestJson / 1024} KiB that nests at most ${deepestJson} levels`,
});

export const defaultLeaseMinutes = 15;
export const LeaseMinutes = z
  .number()
  .int()
  .min(1)
  .max(240)
  .describe('How long the claim lasts unless you renew it; each of your calls renews it too.');

function isStorable(value: unknown): boolean {
  return isShallow(value, deepestJson) && (JSON.stringify(value) ?? '').length <= longestJson;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every(member => isShallow(member, levels - 1));
}

export const taskResource = ({ id }: { readonly id: string }): Resource => ({ type: 'Task', id });

/** The session that calls. An operation whose callers are agents alone is reached by nobody else. */
export function workerOf({ caller }: Pick<OperationContext, 'caller'>): AgentCaller {
  if (caller.kind !== 'agent') throw new Error(`a ${caller.kind} claims no tasks`);
  return caller;
}
