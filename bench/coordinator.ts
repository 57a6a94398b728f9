import { join } from 'node:path';
import { type Coordinator, connectOrStart, startDetached } from '../src/coordinator/client.ts';
import type { Stage } from './stage.ts';

/** A coordinator as it is shipped, in a process of its own, as a bridge or a hook starts it. */
export interface Started {
  readonly client: Coordinator;
  readonly home: string;
  /** From the decision to start it to the answered handshake, in milliseconds. */
  readonly readyAfterMs: number;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

export async function startCoordinator(
  stage: Stage,
  home: string,
  databaseUrl?: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const launch = startDetached(home, join(stage.dist, 'coordinator.mjs'), process.execPath, {
    ...variables(home, databaseUrl),
    ...environment,
  });
  let ended: Promise<unknown> = Promise.resolve();
  const since = performance.now();
  const client = await connectOrStart({
    home,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    start: () => {
      const attempt = launch();
      ended = attempt.ended;
      return attempt;
    },
    deadlineMs: 60_000,
  });
  const readyAfterMs = performance.now() - since;
  return {
    client,
    home,
    readyAfterMs,
    async stop() {
      client.close();
      process.kill(client.owner.pid, 'SIGTERM');
      // Its starter has let go of it, so that waiting for its end does not keep this process alive.
      const alive = setInterval(() => {}, 1_000);
      await ended;
      clearInterval(alive);
    },
  };
}

/** Starts one, lets `work` use it and ends it. */
export async function withCoordinator<T>(
  stage: Stage,
  databaseUrl: string | undefined,
  work: (started: Started) => Promise<T>,
): Promise<T> {
  const started = await startCoordinator(stage, await stage.newHome(), databaseUrl);
  try {
    return await work(started);
  } finally {
    await started.stop();
  }
}

/**
 * The environment of a program of Interlock: nothing of whoever runs the measurement takes part. Some of it would be
 * measured too: `NODE_EXTRA_CA_CERTS` alone adds 30 ms to every start of Node.
 */
export function variables(home: string, databaseUrl?: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    INTERLOCK_HOME: home,
    ...(databaseUrl === undefined ? {} : { INTERLOCK_DATABASE_URL: databaseUrl }),
  };
}

/** Calls one operation after another, as one agent. */
export type Agent = (operation: string, input: object) => Promise<Record<string, unknown>>;

/** Registers a session and answers what calls in its name. */
export async function registerAgent(stage: Stage, client: Coordinator, name: string): Promise<Agent> {
  const registration = { agent_type: 'claude_code', agent_id: name };
  const { token } = await call(stage, client, {}, 'register_session', registration);
  const headers = { authorization: `Session ${token}` };
  return (operation, input) => call(stage, client, headers, operation, input);
}

/** @throws where the coordinator answers anything but what was asked for. */
export async function call(
  stage: Stage,
  client: Coordinator,
  credentials: Readonly<Record<string, string>>,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const headers = { ...credentials, 'interlock-cwd': encodeURIComponent(stage.repository) };
  const { status, body } = await client.request('POST', `/api/v1/${operation}`, { body: input, headers });
  const answer = body as Record<string, unknown>;
  if (status !== 200 || answer.success === false)
    throw new Error(`${operation} answered ${status}: ${JSON.stringify(body)}`);
  return answer;
}
