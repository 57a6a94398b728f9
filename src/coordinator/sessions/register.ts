import { z } from 'zod';
import { sql } from '../database/sql.ts';
import type { AgentCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { type OperationContext, operation } from '../kernel/operation.ts';
import type { Call } from '../kernel/passage.ts';
import { renewClaimsOfSessions } from '../queue/renew.ts';
import { refusePersonation } from './person.ts';
import { hashOfToken, insertSession, newToken } from './store.ts';

const Name = z.string().trim().min(1).max(200);

/** The names that harnesses and MCP clients give themselves, as agent types. Others are taken as they come. */
const agentTypeByClient: Readonly<Record<string, string>> = {
  'claude-code': 'claude_code',
  claude: 'claude_code',
  'codex-mcp-client': 'codex',
  codex: 'codex',
  'github-copilot': 'copilot',
  copilot: 'copilot',
  'copilot-cli': 'copilot',
  'Visual Studio Code': 'copilot',
  vscode: 'copilot',
};

/** `claude_code` for the many ways in which a client of that kind calls itself. */
export function agentTypeOf(client: string): string {
  return (
    agentTypeByClient[client] ??
    (client
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '_')
      .replaceAll(/^_+|_+$/g, '') ||
      'agent')
  );
}

const Registration = z.object({
  agent_type: Name.describe('What kind of agent: claude_code, codex, copilot, …'),
  agent_id: Name.optional().describe('Your name in messages to others. Default: the agent type.'),
  capabilities: z.array(Name).max(50).optional(),
  current_task: z.string().max(500).optional().describe('What you are working on, in a few words.'),
  delegated_from: Name.optional().describe('The person you act for.'),
  client_name: Name.optional(),
  client_version: Name.optional(),
  harness: Name.optional().describe('The program whose chat this session is; goes with harness_session_id.'),
  harness_session_id: Name.optional(),
  with_token: z
    .boolean()
    .default(true)
    .describe('False where a harness speaks for the session and needs no token.'),
});

/** A new session, or the one its harness announced before, alive again. */
export const registerSession = operation({
  name: 'register_session',
  title: 'Register a session',
  description:
    'Starts a session: what holds your locks and tasks. The bridge does this by itself when you connect, so call it only to say more about yourself, or to go on after your session has ended.',
  access: 'write',
  callers: ['local', 'agent', 'system'],
  ownAffair: true,
  input: Registration,
  output: z.object({
    success: z.literal(true),
    session_id: z.uuid(),
    agent_id: z.string(),
    agent_type: z.string(),
    token: z.string().optional().describe('Proves the session. For the bridge; never show it to a model.'),
  }),
  resource: input => ({ type: 'Session', id: input.harness_session_id ?? 'new' }),
  async run(context, input) {
    const { tx, project, worktree, foldsCase, caller, emit, note } = context;
    if (caller.kind === 'agent') return describeSelf(context, caller, input);
    const token = input.with_token ? newToken() : undefined;
    const agentType = agentTypeOf(input.agent_type);
    const harness =
      input.harness !== undefined && input.harness_session_id !== undefined ? input.harness : undefined;
    const agentId = input.agent_id ?? agentType;
    refusePersonation(agentType, harness, agentId);
    const session = await insertSession(tx, {
      projectId: project.id,
      agentId,
      agentType,
      harness,
      externalId: harness === undefined ? undefined : input.harness_session_id,
      clientName: input.client_name,
      clientVersion: input.client_version,
      capabilities: input.capabilities,
      currentTask: input.current_task,
      delegatedFrom: input.delegated_from,
      worktree,
      foldsCase,
      tokenHash: token === undefined ? undefined : hashOfToken(token),
    });
    emit({ topic: 'session.registered', subject: session.id, facts: { agent: session.agent_id } });
    note({ session_id: session.id, agent_id: session.agent_id, agent_type: session.agent_type });
    return {
      success: true as const,
      session_id: session.id,
      agent_id: session.agent_id,
      agent_type: session.agent_type,
      ...(token === undefined ? {} : { token }),
    };
  },
});

/**
 * A session that registers again says more about itself; it stays the session it is, and no token is shown. One that had
 * ended is alive again, and has nothing of what it held.
 */
async function describeSelf(
  { tx, emit }: OperationContext,
  caller: AgentCaller,
  input: z.output<typeof Registration>,
) {
  refuseOtherIdentity(caller, input);
  const { sessionId, agentId, agentType } = caller;
  const { capabilities, current_task } = input;
  const [before] = await tx.query(sql<{ ended: boolean }>`
    with before as (
      select id, ended_at is not null as ended from sessions where id = ${sessionId} for no key update
    )
    update sessions set capabilities = coalesce(${capabilities ?? null}::text[], capabilities),
      current_task = coalesce(${current_task ?? null}, current_task),
      ended_at = null, end_reason = null, last_seen_at = now()
    from before where sessions.id = before.id
    returning ended`);
  if (!before) throw new Error(`session ${sessionId} vanished`);
  emit({
    topic: before.ended ? 'session.registered' : 'session.changed',
    subject: sessionId,
    facts: { agent: agentId },
  });
  return { success: true as const, session_id: sessionId, agent_id: agentId, agent_type: agentType };
}

/** @throws InterlockError `identity_mismatch` where a session says that it is somebody else than it is. */
function refuseOtherIdentity(
  { agentId, agentType, delegatedFrom }: AgentCaller,
  { agent_id, agent_type, delegated_from }: z.output<typeof Registration>,
): void {
  const said: readonly (readonly [string, string | undefined, string | null])[] = [
    ['agent_id', agent_id, agentId],
    ['agent_type', agentTypeOf(agent_type), agentType],
    ['delegated_from', delegated_from, delegatedFrom],
  ];
  const wrong = said.find(([, given, actual]) => given !== undefined && given !== actual);
  if (!wrong) return;
  const [field, , actual] = wrong;
  throw new InterlockError(
    'identity_mismatch',
    `${field}: the session is ${agentId} of type ${agentType}${delegatedFrom === null ? '' : ` for ${delegatedFrom}`}, and stays so.`,
    {
      next: `Send ${actual === null ? `no ${field}` : JSON.stringify(actual)}, or connect anew as somebody else.`,
      params: { field, actual },
    },
  );
}

/** The call that registers the session a harness speaks for, made from that session's first call. */
export function registrationOf(call: Call): Call {
  const { credential, door, cwd, projectKey } = call;
  if (credential.kind !== 'harness') throw new Error('only a harness announces sessions by itself');
  return {
    operation: registerSession,
    door,
    credential,
    cwd,
    ...(projectKey === undefined ? {} : { projectKey }),
    input: {
      agent_type: credential.agentType ?? credential.harness,
      agent_id: credential.agentId,
      delegated_from: credential.delegatedFrom,
      harness: credential.harness,
      harness_session_id: credential.sessionId,
      with_token: false,
    },
  };
}

/** Says that the session lives, and what it does. */
export const heartbeat = operation({
  name: 'heartbeat',
  title: 'Send a sign of life',
  description:
    'Tells others that you are still here and what you are working on, and keeps the tasks that you have claimed. Every other call counts as a sign of life too.',
  access: 'write',
  callers: ['agent'],
  ownAffair: true,
  idempotent: true,
  audited: () => false,
  input: z.object({ current_task: z.string().max(500).optional() }),
  output: z.object({
    success: z.literal(true),
    session_id: z.uuid(),
    last_seen_at: z.string(),
    delegated_from: z.string().nullable().describe('The person you act for.'),
  }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run({ tx, caller, emit }, { current_task }) {
    if (caller.kind !== 'agent') throw new Error('heartbeat is for agents');
    const [row] = await tx.query(sql<{ last_seen_at: Date }>`
      update sessions set last_seen_at = now(), current_task = coalesce(${current_task ?? null}, current_task)
      where id = ${caller.sessionId} returning last_seen_at`);
    if (!row) throw new Error(`session ${caller.sessionId} vanished`);
    await renewClaimsOfSessions(tx, [caller.sessionId]);
    if (current_task !== undefined) emit({ topic: 'session.changed', subject: caller.sessionId });
    return {
      success: true as const,
      session_id: caller.sessionId,
      last_seen_at: row.last_seen_at.toISOString(),
      delegated_from: caller.delegatedFrom,
    };
  },
});
