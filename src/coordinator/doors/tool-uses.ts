import type { Credential } from '../kernel/caller.ts';

type Chat = Extract<Credential, { kind: 'harness' }>;

/** So many are remembered: a tool is called as soon as its hook has let it pass. */
const mostUses = 1_000;

/** Knows from which chat a tool of an MCP server is called, where the harness numbers the uses of tools. */
export interface ToolUses {
  /** A hook has announced the use of a tool. */
  announce(id: string, chat: Chat): void;
  /** The chat whose hook announced this use. */
  announcedBy(id: string): Chat | undefined;
}

/**
 * Claude Code tells its MCP servers once, when it starts them, in which chat it is, and goes on with another one at `/clear`. What
 * it says with each call is the id of the use, which its hook has said before, with the chat.
 */
export function createToolUses(): ToolUses {
  const chats = new Map<string, Chat>();
  return {
    announce(id, chat) {
      chats.set(id, chat);
      for (const first of chats.keys()) if (chats.size > mostUses) chats.delete(first);
    },
    announcedBy: id => chats.get(id),
  };
}
