import { createRequire } from 'node:module';

interface Example {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

/** The payloads that Octokit publishes, as GitHub sent them, for one event. */
export function examplesOf(event: string): readonly Readonly<Record<string, unknown>>[] {
  return all.find(({ name }) => name === event)?.examples ?? [];
}

// Several megabytes of JSON: read once for all tests of a file.
const require = createRequire(import.meta.url);
const all = require('@octokit/webhooks-examples/api.github.com/index.json') as Example[];

/** The names of all events of which there are payloads. */
export const exampleEvents: readonly string[] = [...new Set(all.map(({ name }) => name))];
