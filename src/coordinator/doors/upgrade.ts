import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { sessionNamedHeader } from '../handshake.ts';
import type { Corridor } from '../kernel/corridor.ts';
import { type ErrorCode, InterlockError, reportOf, statusOf } from '../kernel/errors.ts';
import type { Operation } from '../kernel/operation.ts';
import type { Projects } from '../projects/projects.ts';
import { type Origin, originOf } from './credentials.ts';
import { type McpServices, serveMcp } from './mcp.ts';
import { toolSetsNamed } from './tool-sets.ts';

/** The protocol a bridge asks for in its `upgrade` header: JSON-RPC messages, one a line, both ways. */
export const mcpProtocol = 'interlock-mcp';

/** Time enough for a bridge to come back after the owner of the store changed, short enough that a closed agent does not keep its locks. */
const usualGraceMs = 60_000;

export interface UpgradeServices extends McpServices {
  readonly projects: Projects;
  /** Proves that the session lives. */
  readonly heartbeat: Operation;
  readonly endSession: Operation;
  /** How long a session outlives its last connection, in milliseconds. Default: a minute. */
  readonly graceMs?: number;
}

export interface UpgradeDoor {
  (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Forgets the sessions that wait for their bridge to come back: whoever owns the store next cleans them up. */
  close(): void;
}

/** Turns a connection to `/mcp` into a stream of MCP messages that belongs to one session. */
export function createUpgradeDoor(services: UpgradeServices): UpgradeDoor {
  const { graceMs = usualGraceMs } = services;
  const connections = new Map<string, { open: number; ending?: NodeJS.Timeout }>();

  const opened = (speaker: string): void => {
    const known = connections.get(speaker) ?? { open: 0 };
    clearTimeout(known.ending);
    connections.set(speaker, { open: known.open + 1 });
  };
  const closed = (speaker: string, origin: Origin): void => {
    const open = (connections.get(speaker)?.open ?? 1) - 1;
    if (open > 0) {
      connections.set(speaker, { open });
      return;
    }
    const ending = setTimeout(() => {
      connections.delete(speaker);
      end(services.corridor, services.endSession, origin).catch(services.onError);
    }, graceMs);
    ending.unref();
    connections.set(speaker, { open: 0, ending });
  };

  const door = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    try {
      const origin = originOf(request.headers);
      const toolSets = toolSetsNamed(services.toolSets, request.headers);
      const place = await services.projects.placeOf(origin.cwd, origin.projectKey);
      const alive = await services.corridor
        .walk({ ...origin, operation: services.heartbeat, input: {}, door: 'mcp' })
        .catch(whileSuspended);
      const { delegated_from: delegatedFrom } = alive as { delegated_from: string | null };
      const speaker = JSON.stringify(origin.credential);
      opened(speaker);
      socket.once('close', () => closed(speaker, origin));
      // A bridge that ends, or is killed, ends its side only: without ours the connection would stay, and the session with it.
      socket.once('end', () => socket.end());
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${mcpProtocol}\r\n\r\n`,
      );
      if (head.length > 0) socket.unshift(head);
      const projectId = place.project.id;
      const isNamed = request.headers[sessionNamedHeader] === 'yes';
      serveMcp(services, { projectId, delegatedFrom, toolSets, isNamed, originOf: () => origin }, socket);
    } catch (error) {
      refuse(socket, error);
    }
  };
  return Object.assign(door, {
    close() {
      for (const { ending } of connections.values()) clearTimeout(ending);
    },
  });
}

/** Who is suspended is known all the same, and may still read how it stands: each of its calls is judged for itself. */
function whileSuspended(error: unknown): { delegated_from: null } {
  if (error instanceof InterlockError && error.code === 'agent_suspended') return { delegated_from: null };
  throw error;
}

const over: readonly ErrorCode[] = ['session_ended', 'unauthenticated'];

async function end(corridor: Corridor, operation: Operation, origin: Origin): Promise<void> {
  const call = { ...origin, operation, input: { reason: 'its connection closed' }, door: 'mcp' as const };
  await corridor.walk(call).catch((error: unknown) => {
    // The chat's hooks have ended it before, or its next connection has taken it over.
    if (!(error instanceof InterlockError) || !over.includes(error.code)) throw error;
  });
}

function refuse(socket: Duplex, error: unknown): void {
  const report = reportOf(error);
  const body = JSON.stringify({ status: statusOf(report.code), ...report });
  socket.end(
    `HTTP/1.1 ${statusOf(report.code)} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
