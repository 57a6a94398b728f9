/**
 * What client and coordinator say to each other before anything else. This file is read by every hook call
 * and imports nothing.
 */

/** Grows when a message changes its meaning, or when older clients could do harm after a migration. */
export const protocol = 1;

/** The oldest client that may still speak to this coordinator. Anything older is told to update. */
export const oldestProtocol = 1;

export const handshakePath = '/handshake';
export const retirePath = '/retire';

/**
 * Sent with every request: the protocol of the client. A client that does not say is taken to be a current
 * one.
 */
export const protocolHeader = 'interlock-protocol';

/** On a 503: the request reached nobody, so it may be sent again to the next owner, whatever it asks for. */
export const notExecutedHeader = 'interlock-not-executed';

/** Names, with commas between them, of the sets whose tools an MCP client wants to be shown. */
export const toolSetsHeader = 'interlock-tool-sets';

/** `yes` from an MCP bridge whose surroundings say which session it is, or for whom: chats that its client names change nothing. */
export const sessionNamedHeader = 'interlock-session-named';

/** The answer to `GET /handshake`, given as soon as the coordinator is ready for work. */
export interface Handshake {
  readonly version: string;
  readonly protocol: number;
  readonly oldestProtocol: number;
  readonly schemaVersion: number;
  readonly owner: {
    readonly pid: number;
    readonly generation: number;
    readonly mode: 'detached' | 'worker';
    readonly startedAt: string;
  };
  /** The folder that holds the claim, which is the store's identity. */
  readonly store: string;
}
