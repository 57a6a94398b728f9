import { z } from 'zod';
import type { Corridor } from '../kernel/corridor.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Call } from '../kernel/passage.ts';
import { canonicalCall } from '../tool-use/canonical-call.ts';
import {
  type HarnessCall,
  type HookAnswer,
  harnesses,
  isHarness,
  namedSessions,
} from '../tool-use/harnesses.ts';
import type { ToolUses } from './tool-uses.ts';

/** A hook call as it came in: the harness's own payload, and what the bridge knows of the process around it. */
export interface HookCall {
  readonly harness: string;
  readonly event: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

export type HookDoor = (call: HookCall) => Promise<HookAnswer>;

export interface HookServices {
  readonly corridor: Corridor;
  readonly checkToolUse: Operation;
  readonly waitForApproval: Operation;
  readonly briefSession: Operation;
  readonly endTurn: Operation;
  readonly endSession: Operation;
  /** How long a tool call waits for a person, in seconds, in the project of the folder. */
  readonly hookWaitSeconds: (cwd: string | null, projectKey: string | undefined) => Promise<number>;
  /** Notes that hooks of a harness have called. */
  readonly fired: (harness: string, cwd: string | null, projectKey: string | undefined) => void;
  /** A tool of an MCP server is about to be called from the chat. */
  readonly announce: ToolUses['announce'];
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

const Text = z.string().min(1).max(4096).optional();

const Body = z.object({
  payload: z.unknown(),
  process: z
    .object({
      cwd: Text,
      agentId: Text,
      agentType: Text,
      sessionId: Text,
      project: Text,
      delegatedFrom: Text,
      /** How long the hook can wait for its answer: its harness goes on without one soon after. */
      patienceMs: z.number().positive().optional(),
    })
    .default({}),
});

/** Between the end of a wait and the end of the hook's patience, so that the answer is still heard. */
const answeringMs = 1_000;

/** One call waits at most this long at a time, in seconds: `wait_for_approval` takes no more. */
const longestWaitSeconds = 55;

const nothing: HookAnswer = { decision: 'none' };

/**
 * Turns the events of a harness into operations, and their answers into decisions. A tool call that may change
 * something and cannot be judged is denied.
 */
export function createHookDoor(services: HookServices): HookDoor {
  const compacted = new Set<string>();
  return async ({ harness, event, body, signal }) => {
    if (!isHarness(harness)) throw unknownHarness(harness);
    const { payload, process } = Body.parse(body);
    const call = canonicalCall(harness, event, payload);
    const origin = originOfHook(call, process, signal);
    services.fired(call.harness, origin.cwd, origin.projectKey);
    switch (call.event) {
      case 'PreToolUse':
        if (call.action.kind === 'mcp' && call.toolUseId !== undefined)
          services.announce(call.toolUseId, origin.credential);
        return reminded(services, origin, call, compacted, () =>
          preToolUse(services, call, origin, payload, process.patienceMs),
        );
      case 'PreCompact':
        if (call.sessionId !== undefined) compacted.add(call.sessionId);
        return nothing;
      case 'SessionStart':
      case 'UserPromptSubmit': {
        const isNew = compacted.delete(call.sessionId ?? '') || call.event === 'SessionStart';
        return briefing(services, origin, call, isNew);
      }
      case 'Stop':
        await services.corridor.walk({ ...origin, operation: services.endTurn, input: {} });
        return nothing;
      case 'SessionEnd':
        compacted.delete(call.sessionId ?? '');
        await services.corridor.walk({
          ...origin,
          operation: services.endSession,
          input: { reason: 'its harness ended it' },
        });
        return nothing;
      default:
        return nothing;
    }
  };
}

type HookOrigin = Pick<Call, 'cwd' | 'projectKey' | 'door' | 'signal'> & {
  readonly credential: Parameters<ToolUses['announce']>[1];
};

function originOfHook(
  call: HarnessCall,
  process: z.infer<typeof Body>['process'],
  signal: AbortSignal,
): HookOrigin {
  const { agentId, agentType, delegatedFrom, project } = process;
  return {
    door: 'hook',
    signal,
    cwd: call.cwd ?? process.cwd ?? null,
    ...(project === undefined ? {} : { projectKey: project }),
    credential: {
      kind: 'harness',
      ...(process.sessionId === undefined
        ? { harness: call.harness, sessionId: call.sessionId ?? 'unnamed' }
        : { harness: namedSessions, sessionId: process.sessionId, agentType: call.harness }),
      ...(agentId === undefined ? {} : { agentId }),
      ...(agentType === undefined ? {} : { agentType }),
      ...(delegatedFrom === undefined ? {} : { delegatedFrom }),
    },
  };
}

async function preToolUse(
  services: HookServices,
  call: HarnessCall,
  origin: HookOrigin,
  payload: unknown,
  patienceMs: number | undefined,
): Promise<HookAnswer> {
  const startedAt = services.monotonicMs();
  const check = () =>
    services.corridor.walk({
      ...origin,
      operation: services.checkToolUse,
      input: { harness: call.harness, payload },
    });
  try {
    return answerOf(await check());
  } catch (error) {
    if (!(error instanceof InterlockError) || error.code !== 'approval_pending')
      return denialOf(services, error);
    try {
      const waitsUntil =
        patienceMs === undefined ? Number.POSITIVE_INFINITY : startedAt + patienceMs - answeringMs;
      return (await waitForPerson(services, origin, error, waitsUntil))
        ? answerOf(await check())
        : denialOf(services, error);
    } catch (later) {
      return denialOf(services, later);
    }
  }
}

/** Waits for the person who was asked, as long as the project's setting and the hook allow. True where they said yes. */
async function waitForPerson(
  services: HookServices,
  origin: HookOrigin,
  asked: InterlockError,
  until: number,
): Promise<boolean> {
  const patience = await services.hookWaitSeconds(origin.cwd, origin.projectKey);
  const endsAt = Math.min(services.monotonicMs() + patience * 1000, until);
  for (;;) {
    const leftSeconds = Math.floor((endsAt - services.monotonicMs()) / 1000);
    if (leftSeconds < 1) return false;
    const input = {
      approval_id: asked.params.approval_id,
      timeout_seconds: Math.min(leftSeconds, longestWaitSeconds),
    };
    const { status } = (await services.corridor.walk({
      ...origin,
      operation: services.waitForApproval,
      input,
    })) as {
      status: string;
    };
    if (status !== 'pending') return true;
  }
}

const Checked = z.object({
  success: z.boolean(),
  message: z.string().optional(),
  suggestion: z.string().optional(),
  advice: z.array(z.string()).optional(),
});

function answerOf(output: unknown): HookAnswer {
  const { success, message, suggestion, advice = [] } = Checked.parse(output);
  if (!success) return { decision: 'deny', reason: [message, suggestion].filter(Boolean).join(' ') };
  return advice.length > 0 ? { decision: 'none', context: advice.join('\n') } : nothing;
}

function denialOf({ onError }: HookServices, error: unknown): HookAnswer {
  if (!(error instanceof InterlockError) || error.code === 'internal_error') onError(error);
  if (!(error instanceof InterlockError)) {
    return {
      decision: 'deny',
      reason:
        'Interlock could not judge this call, so it was not let through. Tell the person at the editor.',
    };
  }
  return { decision: 'deny', reason: [error.message, error.next].filter(Boolean).join(' ') };
}

/**
 * A call that passes carries the whole briefing where the chat was compacted since the last one: the agent has forgotten
 * what it holds, and not every harness starts its session anew then.
 */
async function reminded(
  services: HookServices,
  origin: HookOrigin,
  call: HarnessCall,
  compacted: Set<string>,
  judge: () => Promise<HookAnswer>,
): Promise<HookAnswer> {
  const answer = await judge();
  if (answer.decision !== 'none' || !compacted.delete(call.sessionId ?? '')) return answer;
  const { context } = await briefing(services, origin, call, true).catch((error: unknown) => {
    services.onError(error);
    return nothing;
  });
  const texts = [answer.context, context].filter(text => text !== undefined);
  return texts.length === 0 ? answer : { ...answer, context: texts.join('\n') };
}

async function briefing(
  services: HookServices,
  origin: HookOrigin,
  { prompt }: HarnessCall,
  full: boolean,
): Promise<HookAnswer> {
  const output = (await services.corridor.walk({
    ...origin,
    operation: services.briefSession,
    input: { full, ...taskIn(prompt) },
  })) as { text: string };
  return output.text === '' ? nothing : { decision: 'none', context: output.text };
}

/** Characters of a prompt that a briefing takes as the task. */
const longestTask = 4_000;

/** What a person asks is what the agent is about to do, as far as a briefing can take it. */
function taskIn(prompt: string | undefined): { task?: string } {
  const task = prompt?.slice(0, longestTask).replaceAll('\0', ' ').toWellFormed().trim();
  return task ? { task } : {};
}

function unknownHarness(name: string): InterlockError {
  return new InterlockError(
    'invalid_input',
    `harness: ${JSON.stringify(name.slice(0, 50))} is not one that is known here.`,
    {
      next: `It is one of ${harnesses.join(', ')}.`,
      params: { field: 'harness' },
    },
  );
}
