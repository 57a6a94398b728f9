import { z } from 'zod';
import type { Credential } from '../kernel/caller.ts';
import type { Corridor } from '../kernel/corridor.ts';
import type { Operation } from '../kernel/operation.ts';
import { namedSessions } from '../tool-use/harnesses.ts';

/** A call of one of git's own hooks, as the bridge hands it on. */
export interface GitHookCall {
  readonly body: unknown;
  readonly signal: AbortSignal;
}

export type GitHookDoor = (call: GitHookCall) => Promise<unknown>;

export interface GitHookServices {
  readonly corridor: Corridor;
  readonly checkGitChange: Operation;
}

const Text = z.string().min(1).max(4096).optional();

const Body = z.object({
  change: z.unknown(),
  process: z.object({
    cwd: Text,
    /** Of the session, where its harness put it into the environment: see `chatVariable` of the bridge. */
    harness: Text,
    harnessSession: Text,
    sessionId: Text,
    agentId: Text,
    agentType: Text,
    project: Text,
    delegatedFrom: Text,
  }),
});

/** Speaks for the session that the environment of git names, as the harness's own hooks do; else for nobody in particular. */
export function createGitHookDoor({ corridor, checkGitChange }: GitHookServices): GitHookDoor {
  return async ({ body, signal }) => {
    const { change, process } = Body.parse(body);
    return corridor.walk({
      operation: checkGitChange,
      input: change,
      credential: credentialOf(process),
      door: 'hook',
      cwd: process.cwd ?? null,
      signal,
      ...(process.project === undefined ? {} : { projectKey: process.project }),
    });
  };
}

function credentialOf(process: z.infer<typeof Body>['process']): Credential {
  const { harness, harnessSession, sessionId, agentId, agentType, delegatedFrom } = process;
  const more = {
    ...(agentId === undefined ? {} : { agentId }),
    ...(agentType === undefined ? {} : { agentType }),
    ...(delegatedFrom === undefined ? {} : { delegatedFrom }),
  };
  if (sessionId !== undefined) return { kind: 'harness', harness: namedSessions, sessionId, ...more };
  if (harness !== undefined && harnessSession !== undefined)
    return { kind: 'harness', harness, sessionId: harnessSession, ...more };
  return { kind: 'none' };
}
