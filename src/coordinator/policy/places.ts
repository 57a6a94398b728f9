import type { Cedar } from './cedar.ts';

/**
 * Where the engine keeps policies that it has parsed. It never gives a place back, so that a place that is not needed any
 * more is used again.
 */
export interface Places {
  /** Parses the policies and answers the name of their place. */
  put(policies: readonly { readonly id: string; readonly text: string }[]): string;
  /** Gives all places back. */
  release(): void;
  /** Gives them back when nobody can reach the owner any more. */
  releaseWith(owner: object): void;
}

const free: string[] = [];
let made = 0;
const cleaner = new FinalizationRegistry<string[]>(taken => free.push(...taken.splice(0)));

export function createPlaces(cedar: Cedar): Places {
  const taken: string[] = [];
  return {
    put(policies) {
      const place = free.pop() ?? `policies ${++made}`;
      taken.push(place);
      const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
      const answer = cedar.preparsePolicySet(place, { staticPolicies });
      if (answer.type === 'failure') {
        throw new Error(`the policies cannot be read: ${answer.errors[0]?.message}`);
      }
      return place;
    },
    release: () => void free.push(...taken.splice(0)),
    releaseWith: owner => cleaner.register(owner, taken),
  };
}
