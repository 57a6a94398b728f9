import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Coordinator, connectOrStart } from '../../../src/coordinator/client.ts';

export interface GitRun {
  readonly code: number | null;
  /** Both streams: git passes on what its hooks say. */
  readonly said: string;
}

/** Runs git as a person does, with hooks that find the store in this home, and answers how it ended. */
export function runGit(
  home: string,
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): GitRun {
  const { status, stdout, stderr } = spawnSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      INTERLOCK_HOME: home,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_EDITOR: 'true',
      GIT_AUTHOR_NAME: 'Ann',
      GIT_AUTHOR_EMAIL: 'ann@example.org',
      GIT_COMMITTER_NAME: 'Ann',
      GIT_COMMITTER_EMAIL: 'ann@example.org',
      ...variables,
    },
  });
  return { code: status, said: `${stdout}${stderr}` };
}

export function write(folder: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

/** An agent with a session of its own in a folder. */
export interface Agent {
  readonly sessionId: string;
  call(operation: string, input: object): Promise<Record<string, unknown>>;
}

/** Connects to the coordinator that runs, to play agents with. */
export async function openAgents(home: string): Promise<{
  readonly coordinator: Coordinator;
  agent(folder: string, name: string): Promise<Agent>;
  close(): void;
}> {
  const coordinator = await connectOrStart({ home, start: 'never' });
  const post = async (folder: string, operation: string, body: object, authorization?: string) => {
    const headers = {
      'interlock-cwd': encodeURIComponent(folder),
      ...(authorization ? { authorization } : {}),
    };
    const answer = await coordinator.request('POST', `/api/v1/${operation}`, { body, headers });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body as Record<string, unknown>;
  };
  return {
    coordinator,
    async agent(folder, name) {
      const { token, session_id } = await post(folder, 'register_session', {
        agent_type: 'claude_code',
        agent_id: name,
        harness: 'named',
        harness_session_id: `chat of ${name}`,
      });
      return {
        sessionId: String(session_id),
        call: (operation, input) => post(folder, operation, input, `Session ${token}`),
      };
    },
    close: () => coordinator.close(),
  };
}
