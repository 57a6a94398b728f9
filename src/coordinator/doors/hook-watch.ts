import type { Troubles } from '../kernel/troubles.ts';
import { eventOf, sessionIn } from '../tool-use/harnesses.ts';
import type { HookDoor } from './hooks.ts';

/** What is amiss, as `describe_project` lists it. */
const trouble = 'guard';

/** So many chats are remembered; the oldest is forgotten first, and announced again by its next tool call. */
const mostChats = 500;

/** A chat that has not called for this long says nothing any more, in milliseconds. */
const forgottenAfterMs = 15 * 60_000;

/** Knows which chats of VS Code's agent have hooks that run: each of its tool calls has one, those of MCP tools too. */
export interface HookWatch {
  /** The same door, whose calls are noted. */
  watched(hooks: HookDoor): HookDoor;
  /** An MCP tool was called from a chat. Where no hook has announced the chat, whoever looks after the project is told. */
  calledFrom(chat: string): void;
}

/**
 * Edits and commands of a chat whose hooks do not run are not checked, and nothing else would show it: the settings may be
 * as they should, and a policy of the organisation, or the editor itself, has switched hooks off.
 */
export function createHookWatch(troubles: Troubles, monotonicMs: () => number): HookWatch {
  const announced = new Set<string>();
  const silent = new Map<string, number>();

  function look(): void {
    const oldest = monotonicMs() - forgottenAfterMs;
    for (const [chat, at] of silent) if (at < oldest) silent.delete(chat);
    if (silent.size === 0) troubles.clear(trouble);
    else
      troubles.raise(trouble, {
        message:
          'The guard is inactive: an agent calls Interlock’s tools from a chat that no hook has announced, so its edits and commands are not checked.',
        next: 'Look whether chat.useHooks and chat.plugins.enabled are on and the plugin is enabled in “Chat: Open Customizations”; an organisation may have switched hooks off.',
      });
  }

  return {
    watched: hooks => call => {
      const payload = (call.body as { readonly payload?: unknown } | null)?.payload;
      const chat = call.harness === 'vscode' ? sessionIn(payload) : undefined;
      if (chat !== undefined && eventOf(call.event) !== 'Stop') {
        announced.delete(chat);
        announced.add(chat);
        for (const first of announced) if (announced.size > mostChats) announced.delete(first);
        silent.delete(chat);
        look();
      }
      return hooks(call);
    },
    calledFrom(chat) {
      if (announced.has(chat)) return;
      silent.set(chat, monotonicMs());
      look();
    },
  };
}
