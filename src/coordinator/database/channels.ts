import type { ChannelListener, DatabaseEvent } from './port.ts';

/** Who listens to which channel of one connection. */
export interface Channels {
  /** @throws {TypeError} for a name that Postgres would not read as it is written. */
  add(channel: string, listener: ChannelListener): void;
  /** Answers true where nobody listens to the channel any more. */
  remove(channel: string, listener: ChannelListener): boolean;
  names(): string[];
  deliver(channel: string, payload: string): void;
  /** Tells every listener that it may have missed something. */
  announceGap(): void;
}

export function createChannels(report: (event: DatabaseEvent) => void): Channels {
  const listeners = new Map<string, Set<ChannelListener>>();

  const call = (channel: string, listener: () => void) => {
    try {
      listener();
    } catch (cause) {
      report({ kind: 'listener_failed', channel, cause });
    }
  };

  return {
    add(channel, listener) {
      if (!/^[a-z_][a-z0-9_]{0,62}$/.test(channel)) {
        throw new TypeError(
          `The channel name ${JSON.stringify(channel)} is not lower-case letters, digits and underscores.`,
        );
      }
      const known = listeners.get(channel);
      if (known === undefined) listeners.set(channel, new Set([listener]));
      else known.add(listener);
    },
    remove(channel, listener) {
      const known = listeners.get(channel);
      if (known === undefined || !known.delete(listener) || known.size > 0) return false;
      return listeners.delete(channel);
    },
    names: () => [...listeners.keys()],
    deliver(channel, payload) {
      for (const listener of [...(listeners.get(channel) ?? [])]) {
        call(channel, () => listener.onPayload(payload));
      }
    },
    announceGap() {
      for (const [channel, known] of [...listeners]) {
        for (const listener of [...known]) call(channel, () => listener.onGap());
      }
    },
  };
}
