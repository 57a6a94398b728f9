import type { IncomingMessage, ServerResponse } from 'node:http';
import { InterlockError } from '../kernel/errors.ts';
import { eventOf, type HookAnswer, harnessOf, isHarness } from '../tool-use/harnesses.ts';
import { notUnderstood, outputOf } from '../tool-use/hook-output.ts';
import { readText } from './body.ts';
import type { HookDoor } from './hooks.ts';

/** `POST /hook-text/<harness>/<event>`: a hook that is a shell script and can neither read JSON nor write it. */
export const hookTextPath = 'hook-text';

/** The whole content of an edit. */
const bodyLimit = 64 * 1024 * 1024;

/** The caller gives up on somebody who is silent for three seconds, so one who waits for a person says something. */
const signOfLifeMs = 1_000;
/** Blank lines. One alone, a moment late, would be less than the byte a second that curl takes for silence. */
const signOfLife = '\n'.repeat(16);

/** Where there is no decision, for reasons that are not the call's: the status says so, and the hook denies by itself. */
const nobodyCouldJudge: ReadonlySet<string> = new Set([
  'coordinator_unavailable',
  'store_unavailable',
  'schema_too_new',
  'deadline_exceeded',
  'invalid_input',
  'internal_error',
]);

export interface HookTextCall {
  readonly harness: string;
  readonly event: string;
  readonly signal: AbortSignal;
}

/**
 * Takes a harness's payload as it came, and answers with what the hook has to print: nothing, or one JSON object on the
 * only line that is not blank. What the bridge would say of the process around it comes in headers, where it is plain
 * text of letters, digits and few signs.
 * @throws InterlockError where nobody could judge the call.
 */
export async function answerHookText(
  hooks: HookDoor,
  { harness, event, signal }: HookTextCall,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = (await readText(request, bodyLimit)).replace(/^\uFEFF/, '');
  const payload = parsed(text);
  const life = setInterval(() => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
    response.write(signOfLife);
  }, signOfLifeMs);
  try {
    const answer =
      payload === undefined
        ? notUnderstood(text.trim() === '' ? 'its payload is empty' : 'its payload is not JSON')
        : await answerOf(hooks, { harness, event, signal }, payload.value, request);
    const said = isHarness(harness)
      ? outputOf(harnessOf(harness, payload?.value), eventOf(event), answer)
      : '';
    const line = said === undefined || said === '' ? '' : `${said}\n`;
    if (!response.headersSent) {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(line),
      });
    }
    response.end(line);
  } finally {
    clearInterval(life);
  }
}

async function answerOf(
  hooks: HookDoor,
  call: HookTextCall,
  payload: unknown,
  request: IncomingMessage,
): Promise<HookAnswer> {
  try {
    return await hooks({ ...call, body: { payload, process: processIn(request) } });
  } catch (error) {
    if (!(error instanceof InterlockError) || nobodyCouldJudge.has(error.code)) throw error;
    return { decision: 'deny', reason: [error.message, error.next].filter(Boolean).join(' ') };
  }
}

function processIn(request: IncomingMessage): object {
  const field = (name: string): string | undefined => {
    const value = request.headers[`interlock-${name}`];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const patience = Number(field('patience-ms'));
  return {
    cwd: field('cwd'),
    agentId: field('agent-id'),
    agentType: field('agent-type'),
    sessionId: field('session-id'),
    project: field('project'),
    delegatedFrom: field('delegated-from'),
    ...(patience > 0 ? { patienceMs: patience } : {}),
  };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
