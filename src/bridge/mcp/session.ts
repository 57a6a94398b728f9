import type { Duplex } from 'node:stream';
import { errorOf } from '../../coordinator/client/refusal.ts';
import type { Coordinator } from '../../coordinator/client.ts';
import { sessionNamedHeader, toolSetsHeader } from '../../coordinator/handshake.ts';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { namedSessions } from '../../coordinator/tool-use/harnesses.ts';
import { connect, placeHeaders } from '../connection.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';
import { isRecord, type Message } from './message.ts';
import { readLines } from './read-lines.ts';
import type { Channel, ChannelEvents } from './relay.ts';

/** How long finding or starting a coordinator may take before the client is told that there is none. */
const reachMs = 15_000;

/** What a name may be long, in characters: more is refused. */
const longestName = 200;

/** As harnesses call themselves that name their chat in a variable. Other agents, which they may have started, inherit it. */
const claudeClient = 'claude-code';
const copilotClient = 'copilot-cli';

/** Opens channels that all belong to one session, which is registered when the first is opened. */
export interface SessionOpener {
  open(first: Message, events: ChannelEvents): Promise<Channel>;
  close(): void;
}

/** The session's token stays in here: no client, model or file ever sees it. */
export function createSessionOpener(environment: Environment, log: (text: string) => void): SessionOpener {
  let coordinator: Coordinator | undefined;
  let token: string | undefined;
  const place = placeHeaders(environment, workingFolder());
  const { toolSets, sessionId, agentId, delegatedFrom } = environment;
  const isNamed = [sessionId, agentId, delegatedFrom].some(one => one !== undefined);
  const about = {
    ...place,
    ...(toolSets === undefined ? {} : { [toolSetsHeader]: toolSets }),
    ...(isNamed ? { [sessionNamedHeader]: 'yes' } : {}),
  };

  async function register(at: Coordinator, first: Message): Promise<string> {
    const { status, body } = await at.request('POST', '/api/v1/register_session', {
      headers: place,
      body: registrationOf(environment, first),
    });
    if (status !== 200) throw errorOf(body);
    const { token: given, session_id } = body as { token?: unknown; session_id?: unknown };
    if (typeof given !== 'string')
      throw new InterlockError('internal_error', 'The coordinator gave no token.');
    log(`session ${String(session_id)}`);
    return given;
  }

  return {
    async open(first, events) {
      coordinator ??= await connect(environment, { start: true, deadlineMs: reachMs });
      token ??= await register(coordinator, first);
      try {
        return channelOf(await opened(coordinator, token, about), events);
      } catch (error) {
        // It was cleaned up while nobody was connected, or the store is another one now.
        if (!(error instanceof InterlockError) || !['session_ended', 'unauthenticated'].includes(error.code))
          throw error;
        log(`${error.message} A new session begins.`);
        token = await register(coordinator, first);
        return channelOf(await opened(coordinator, token, about), events);
      }
    },
    close: () => coordinator?.close(),
  };
}

function opened(at: Coordinator, token: string, about: Record<string, string>): Promise<Duplex> {
  return at.open('/mcp', { ...about, authorization: `Session ${token}` });
}

/** Who the client says it is: in its handshake, or with every request where the protocol has none. */
function registrationOf(environment: Environment, first: Message): object {
  const { agentId, agentType, delegatedFrom } = environment;
  const client = clientOf(first);
  const name = nameIn(client.name);
  const version = nameIn(client.version);
  return {
    agent_type: agentType ?? name ?? 'agent',
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(delegatedFrom === undefined ? {} : { delegated_from: delegatedFrom }),
    ...sessionOf(environment, name),
    ...(name === undefined ? {} : { client_name: name }),
    ...(version === undefined ? {} : { client_version: version }),
  };
}

/** The session that hooks speak for too, so that what is locked here and what is edited there belong together. */
function sessionOf({ sessionId, claudeChat, copilotChat }: Environment, client: string | undefined): object {
  if (sessionId !== undefined) return { harness: namedSessions, harness_session_id: sessionId };
  if (client === claudeClient && claudeChat !== undefined)
    return { harness: 'claude', harness_session_id: claudeChat };
  if (client === copilotClient && copilotChat !== undefined)
    return { harness: 'copilot', harness_session_id: copilotChat };
  return {};
}

function clientOf(first: Message): Readonly<Record<string, unknown>> {
  if (first.kind !== 'request' && first.kind !== 'notification') return {};
  const meta = isRecord(first.params._meta) ? first.params._meta : {};
  const client = first.params.clientInfo ?? meta['io.modelcontextprotocol/clientInfo'];
  return isRecord(client) ? client : {};
}

function nameIn(value: unknown): string | undefined {
  const name = typeof value === 'string' ? value.trim().slice(0, longestName) : '';
  return name === '' ? undefined : name;
}

function channelOf(stream: Duplex, events: ChannelEvents): Channel {
  readLines(stream, events.line, () => {
    stream.destroy();
    events.closed();
  });
  return {
    send: line => void stream.write(`${line}\n`),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    // What was written before is still sent.
    close: () => void stream.end(),
  };
}
