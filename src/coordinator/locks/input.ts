import { z } from 'zod';
import type { AgentCaller, Place } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { OperationContext, Resource } from '../kernel/operation.ts';
import { parseTarget, type Standpoint, type Target } from './path.ts';

/** As many targets as one call may name. */
const mostTargets = 100;
const [shortestTtlMinutes, longestTtlMinutes] = [1, 480];

/** What is wrong with a path is told by the locks themselves, in their own words; this only bounds its size. */
export const FilePath = z
  .string()
  .max(4096)
  .describe(
    'Relative to the repository root: a file (src/api/users.ts), a folder (src/api), a pattern (src/api/**), or a logical key (api:POST /users).',
  );

export const Paths = z.array(FilePath).min(1).max(mostTargets);

export const TtlMinutes = z
  .number()
  .default(120)
  .describe(
    `How long the lease lasts unless it is renewed: ${shortestTtlMinutes} to ${longestTtlMinutes} minutes.`,
  );

interface NamedPaths {
  readonly file_path?: string | undefined;
  readonly paths?: readonly string[] | undefined;
}

/**
 * The targets that a call names, each once, in one order for everybody.
 * @throws InterlockError `invalid_input` unless exactly one of `file_path` and `paths` is given; `invalid_file_path`.
 */
export function targetsOf({ file_path, paths }: NamedPaths, place: Standpoint): readonly Target[] {
  if ((file_path === undefined) === (paths === undefined)) {
    throw new InterlockError('invalid_input', 'file_path: either file_path or paths says what is meant.', {
      next: 'Send file_path for one path, or paths for several that are taken together.',
      params: { field: 'file_path' },
    });
  }
  return distinct((paths ?? [file_path ?? '']).map(path => parseTarget(path, place)));
}

/** Each target once, ordered by what tells it apart. */
export function distinct(targets: readonly Target[]): readonly Target[] {
  const byIdentity = new Map(targets.map(target => [`${target.kind} ${target.key}`, target]));
  return [...byIdentity].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}

/** The resource of a call that names targets: the first of them, normalised. */
export function resourceOf(input: NamedPaths, place: Place): Resource {
  const first = input.file_path ?? input.paths?.[0];
  return first === undefined
    ? { type: 'Project', id: 'locks' }
    : { type: 'File', id: parseTarget(first, place).path };
}

/** Every target of a call that names several, normalised, each once. */
export function resourcesOf(input: NamedPaths, place: Place): readonly Resource[] {
  if (input.paths === undefined) return [resourceOf(input, place)];
  return distinct(input.paths.map(path => parseTarget(path, place))).map(({ path }) => ({
    type: 'File',
    id: path,
  }));
}

/** @throws InterlockError `ttl_out_of_range`. */
export function checkTtl(minutes: number): number {
  if (minutes >= shortestTtlMinutes && minutes <= longestTtlMinutes) return minutes;
  throw new InterlockError(
    'ttl_out_of_range',
    `ttl_minutes: ${minutes} is not from ${shortestTtlMinutes} to ${longestTtlMinutes}.`,
    {
      next: 'Take a shorter lease and renew it with extend_lock while you work.',
      params: { field: 'ttl_minutes', min: shortestTtlMinutes, max: longestTtlMinutes },
    },
  );
}

/** The session that calls. An operation whose callers are agents alone is reached by nobody else. */
export function agentOf({ caller }: Pick<OperationContext, 'caller'>): AgentCaller {
  if (caller.kind !== 'agent') throw new Error(`a ${caller.kind} holds no locks`);
  return caller;
}
