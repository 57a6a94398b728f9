import { z } from 'zod';
import { messagesTold } from '../briefing/messages-told.ts';
import { redact } from '../guardrails/redact.ts';
import type { Place } from '../kernel/caller.ts';
import type { Finding, PathIntent } from '../kernel/intent.ts';
import { operation } from '../kernel/operation.ts';
import { adviceFor } from '../locks/advice.ts';
import { writtenPaths } from '../locks/inspector.ts';
import { Lease } from '../locks/lease.ts';
import { acquireForWrite, unsavedEditorRule } from '../locks/writes.ts';
import { canonicalCall } from './canonical-call.ts';
import { type HarnessCall, harnesses } from './harnesses.ts';
import { accessOfAction, intentOf, subjectOf, thingsOf } from './intent.ts';

const Input = z.object({
  harness: z.enum(harnesses),
  payload: z.unknown().describe('What the harness sent to its hook before the tool call.'),
});

/**
 * Judges one tool call of an agent before it happens: profile, policy, guardrails and locks in one walk. A first write
 * to a free file takes its lock. It answers only what stands against the call: having no objection is no permission.
 */
export const checkToolUse = operation({
  name: 'check_tool_use',
  title: 'Check a tool call',
  description:
    'Judges an edit, a command or another tool call before it happens, and takes the locks that it needs.',
  access: { of: input => accessOfAction(callOf(input).action) },
  callers: ['agent'],
  tool: false,
  // A fetch changes nothing here, and what the network rules said of it is on the record all the same.
  audited: input => {
    const { action } = callOf(input);
    return accessOfAction(action) !== 'read' || action.kind === 'fetch';
  },
  input: Input,
  output: z.object({
    success: z.boolean(),
    reason: z.string().optional(),
    message: z.string().optional(),
    suggestion: z.string().optional(),
    locks: z.array(Lease).default([]),
    advice: z.array(z.string()).default([]),
  }),
  resource(input) {
    const call = callOf(input);
    // It goes onto the record and in front of people: no credential may come along.
    return { type: 'Tool', id: redact(subjectOf(call.action, call.toolName ?? 'tool')) };
  },
  about: ['Tool', 'File', 'Domain'],
  resources(input, place) {
    const call = callOf(input);
    const folder = call.cwd ?? place.worktree ?? '/';
    const tool = { type: 'Tool' as const, id: redact(subjectOf(call.action, call.toolName ?? 'tool')) };
    return [tool, ...thingsOf(call.action, folder, place.worktree)];
  },
  intent(input, place) {
    const call = callOf(input);
    return intentOf(call.action, call.cwd ?? place.worktree ?? '/');
  },
  // The same call comes with another id and time when it is repeated after an approval.
  content(input) {
    const { toolName, action, cwd } = callOf(input);
    return { tool: toolName ?? null, action, cwd: cwd ?? null };
  },
  async run(context, input) {
    const { caller, touched, findings, project, note } = context;
    const call = callOf(input);
    note({ tool: call.toolName ?? null, harness: call.harness, tool_use_id: call.toolUseId ?? null });
    if (caller.kind !== 'agent') throw new Error('check_tool_use is for agents');
    const toldBefore = await adviceFor(context, caller.sessionId);
    if (project.settings['locks.onWrite'] === 'off')
      return { success: true, advice: [...toldBefore, ...(await messagesTold(context, caller))] };
    const permit = await acquireForWrite(context, caller, await lockablePaths(touched, context), {
      asked: findings.some(({ answer, rule }) => answer === 'ask' && rule === unsavedEditorRule),
    });
    const advice = [...toldBefore, ...permit.advice];
    if (permit.refusal) {
      const { code, message, next } = permit.refusal;
      return { success: false, reason: code, message, suggestion: next, advice };
    }
    if (permit.asks.length > 0 && permit.locks.length === 0) return justTyped(permit.asks, advice);
    // Last, and only with a call that goes on: what is told once must not be lost with a refusal.
    advice.push(...(await messagesTold(context, caller)));
    return { success: true, locks: [...permit.locks], advice };
  },
});

/** What is locked by a first write: never the whole repository, which a command such as `git reset` touches for a moment. */
async function lockablePaths(touched: readonly PathIntent[], place: Place): Promise<readonly string[]> {
  return (await writtenPaths(touched, place)).filter(path => path !== '.');
}

/** Somebody began to type into the file while the call was on its way. */
function justTyped(asks: readonly Finding[], advice: string[]) {
  return {
    success: false,
    reason: 'locked_by_other',
    message: `${asks.map(({ effect }) => effect).join('. ')}.`,
    suggestion: 'Try again: then the person is asked.',
    advice,
  };
}

function callOf({ harness, payload }: z.output<typeof Input>): HarnessCall {
  return canonicalCall(harness, 'PreToolUse', payload);
}
