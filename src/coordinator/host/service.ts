import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../kernel/log.ts';
import type { ListenWords } from '../listen-config.ts';

/** What the host needs to know of the program it carries. `startCoordinator` makes one. */
export interface Service {
  readonly schemaVersion: number;
  /** Answers every request, whatever goes wrong. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  handleUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** True while something has to go on although nobody is connected, so that a detached coordinator stays. */
  isBusy?(): boolean;
  /** Answers a message of the editor window whose thread this is. No other process can send one. */
  handleParentMessage?(message: ParentMessage): Promise<unknown>;
  /** Takes nothing new at doors of its own, and waits for what is on its way up to `graceMs`. */
  drain?(graceMs: number): Promise<void>;
  /** Ends what waits, and closes the database. Nothing of the store is touched afterwards. */
  close(): Promise<void>;
}

export interface ParentMessage {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A sign-in to GitHub, as variables say it. */
export interface GitHubWords {
  readonly token: string;
  /** The one GitHub that it may be sent to; absent: github.com. */
  readonly address?: string;
}

/** Who carries the service, and where. */
export interface Hosted {
  /** The folder of the claims, the logs and, in `store`, the embedded database. */
  readonly home: string;
  readonly databaseUrl?: string;
  /** HTTP over TCP, where it is wanted. */
  readonly http?: ListenWords;
  /** The sign-in to GitHub that the process was started with. */
  readonly github?: GitHubWords;
  readonly mode: 'detached' | 'worker';
  readonly version: string;
  readonly generation: number;
  readonly log: Log;
  /** Asks the host to end in good order. */
  readonly end: (reason: string) => void;
}

/** Opens the store and is ready for requests when it resolves. Where it rejects, it has left nothing open. */
export type StartService = (hosted: Hosted) => Promise<Service>;
