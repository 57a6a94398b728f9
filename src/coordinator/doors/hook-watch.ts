import type { Troubles } from '../kernel/troubles.ts';
import { eventOf, sessionIn } from '../tool-use/harnesses.ts';
import type { HookDoor } from './hooks.ts';
import type { McpChat } from './mcp-chat.ts';

/** What is amiss, as `describe_project` lists it, and what is said of it. */
const troublesOf = {
  vscode: {
    what: 'guard',
    message:
      'The guard is inactive: an agent calls Interlock’s tools from a chat that no hook has announced, so its edits and commands are not checked.',
    next: 'Look whether chat.useHooks and chat.plugins.enabled are on and the plugin is enabled in “Chat: Open Customizations”; an organisation may have switched hooks off.',
  },
  codex: {
    what: 'guard.codex',
    message:
      'The guard is inactive for Codex: it calls Interlock’s tools from a chat that no hook has announced, so its edits and commands are not checked.',
    next: 'Codex runs no hook that a person has not trusted: enter /hooks in it and trust those of Interlock. Where it has none, connect it.',
  },
  claude: {
    what: 'guard.claude',
    message:
      'The guard is inactive for Claude Code: it calls Interlock’s tools, and no hook has announced the call, so its edits and commands are not checked.',
    next: 'Look whether it was started with settings of its own (--settings, disableAllHooks) and whether its hooks are there (Policies & Profiles, Protection). Then start it anew.',
  },
} as const;

/** So many chats are remembered; the oldest is forgotten first, and announced again by its next tool call. */
const mostChats = 500;

/** A chat that has not called for this long says nothing any more, in milliseconds. */
const forgottenAfterMs = 15 * 60_000;

/** Knows where hooks of VS Code's agent, Codex and Claude Code run: each tool call has one, those of MCP tools too. */
export interface HookWatch {
  /** The same door, whose calls are noted. */
  watched(hooks: HookDoor): HookDoor;
  /** An MCP tool was called from a chat. Where no hook has announced the chat, whoever looks after the project is told. */
  calledFrom(chat: McpChat): void;
  /** Claude Code called an MCP tool over this connection; whether a hook had announced that very call. */
  calledOver(connection: string, wasAnnounced: boolean): void;
}

/**
 * Edits and commands of a chat whose hooks do not run are not checked, and nothing else would show it: the settings may be
 * as they should, and a policy of the organisation, or the editor itself, has switched hooks off.
 */
export function createHookWatch(troubles: Troubles, monotonicMs: () => number): HookWatch {
  const watches = {
    vscode: watchOf(troubles, monotonicMs, troublesOf.vscode),
    codex: watchOf(troubles, monotonicMs, troublesOf.codex),
    claude: watchOf(troubles, monotonicMs, troublesOf.claude),
  };
  return {
    watched: hooks => call => {
      const payload = (call.body as { readonly payload?: unknown } | null)?.payload;
      const { harness, event } = call;
      const watch = harness === 'vscode' || harness === 'codex' ? watches[harness] : undefined;
      const chat = sessionIn(payload);
      if (chat !== undefined && eventOf(event) !== 'Stop') watch?.announce(chat);
      return hooks(call);
    },
    calledFrom({ harness, sessionId }) {
      const watch = watches[harness];
      if (!watch.hasAnnounced(sessionId)) watch.miss(sessionId);
    },
    calledOver(connection, wasAnnounced) {
      if (wasAnnounced) watches.claude.announce(connection);
      else watches.claude.miss(connection);
    },
  };
}

function watchOf(
  troubles: Troubles,
  monotonicMs: () => number,
  { what, ...trouble }: (typeof troublesOf)[keyof typeof troublesOf],
) {
  const announced = new Set<string>();
  const silent = new Map<string, number>();

  function look(): void {
    const oldest = monotonicMs() - forgottenAfterMs;
    for (const [chat, at] of silent) if (at < oldest) silent.delete(chat);
    if (silent.size === 0) troubles.clear(what);
    else troubles.raise(what, trouble);
  }

  return {
    announce(chat: string): void {
      announced.delete(chat);
      announced.add(chat);
      for (const first of announced) if (announced.size > mostChats) announced.delete(first);
      silent.delete(chat);
      look();
    },
    hasAnnounced: (chat: string): boolean => announced.has(chat),
    miss(chat: string): void {
      silent.set(chat, monotonicMs());
      look();
    },
  };
}
