import type { Settings } from './settings.ts';

/** 0 suspended, 1 limited (reads), 2 standard (writes), 3 elevated, 4 admin. */
export type Trust = 0 | 1 | 2 | 3 | 4;

/** A session of an agent: the only kind of caller that holds locks, claims tasks or asks for approvals. */
export interface AgentCaller {
  readonly kind: 'agent';
  readonly sessionId: string;
  readonly agentId: string;
  readonly agentType: string;
  readonly trust: Trust;
  /** The person the session acts for, where there is one. */
  readonly delegatedFrom: string | null;
  readonly startedAt: Date;
  /** Root folder of the worktree the session works in, absolute; null where it has none (a cloud agent). */
  readonly worktree: string | null;
}

/** A person who proved with an operator key that they may decide. No agent can obtain that key through a door of ours. */
export interface OperatorCaller {
  readonly kind: 'operator';
  readonly operatorId: string;
  readonly name: string;
}

/** A process of the same operating-system user that reached the socket and proved nothing more. It may look, and register. */
export interface LocalCaller {
  readonly kind: 'local';
}

/** The coordinator itself, for what it does unasked: expiry, clean-up, synchronisation. */
export interface SystemCaller {
  readonly kind: 'system';
  readonly name: string;
}

export type Caller = AgentCaller | OperatorCaller | LocalCaller | SystemCaller;
export type CallerKind = Caller['kind'];

/** What a caller shows at the door to say who it is. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'session'; readonly token: string }
  | { readonly kind: 'operator'; readonly key: string }
  | {
      /** An API key, which is bound to one identity in one project. `session` tells apart what its holder does at the same time. */
      readonly kind: 'key';
      readonly key: string;
      readonly session: string;
    }
  | {
      /** A harness's hook or MCP host speaks for the chat with this id; it is believed as far as the socket is private. */
      readonly kind: 'harness';
      readonly harness: string;
      readonly sessionId: string;
      readonly agentId?: string;
      readonly agentType?: string;
      readonly delegatedFrom?: string;
      /** Says the project where no folder does. No door makes one from what a caller sends. */
      readonly projectId?: string;
    }
  | {
      /** Acts for somebody on GitHub, in the session that stands for what they did there. No door makes one from what a caller sends. */
      readonly kind: 'stand_in';
      readonly sessionId: string;
      readonly projectId: string;
    }
  | {
      /** No door makes one from what a caller sends. Without a project it is about the store, or where the call says. */
      readonly kind: 'system';
      readonly name: string;
      readonly projectId?: string;
    };

/** The repository a call is about. All worktrees of one repository are one project. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly settings: Settings;
}

/** Where a caller stands: its project, and the worktree in which paths are read. */
export interface Place {
  readonly project: Project;
  /** Root folder of the worktree, absolute; null where the project has no folder on this machine. */
  readonly worktree: string | null;
  /** True where the file system of the worktree does not tell upper from lower case. */
  readonly foldsCase: boolean;
  /** The branch checked out there; null where there is none, or nobody looked. */
  readonly branch: string | null;
}

/** The caller in one word for messages and the record: the agent's id, the person's name, or what it is. */
export function nameOf(caller: Caller): string {
  switch (caller.kind) {
    case 'agent':
      return caller.agentId;
    case 'operator':
      return caller.name;
    case 'local':
      return 'local process';
    case 'system':
      return caller.name;
  }
}
