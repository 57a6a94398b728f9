import { setTimeout as pause } from 'node:timers/promises';
import { InterlockError } from '../coordinator/kernel/errors.ts';
import type { Api } from './api.ts';
import type { WindowCoordinator } from './coordinator-starter.ts';

/** Whether the person at this editor may decide in this store. */
export type Standing =
  | { readonly is: 'unknown' }
  | { readonly is: 'operator'; readonly name: string }
  | { readonly is: 'stranger'; readonly error: InterlockError };

export interface Admission {
  /** Calls with the operator key. */
  readonly api: Api;
  readonly window: Pick<WindowCoordinator, 'takeOver' | 'enrolOperator'>;
  readonly name: string;
  readonly keyHash: string;
}

/** How long another window of this editor, which has the same key, may take to enrol it, in milliseconds. */
const neighbourWaitsMs = [500, 1_000, 2_000, 4_000, 8_000];

/**
 * Finds out whether the key is known, and has it enrolled as the first one where the store has no operator: by the
 * coordinator of this window, which takes the place of a detached one for that, or by the other window that runs it.
 */
export async function admit(admission: Admission): Promise<Standing> {
  const { api, window, name, keyHash } = admission;
  const known = await standingOf(api);
  if (known.is === 'operator') return known;
  try {
    await window.enrolOperator(name, keyHash).catch(error => {
      if (!isElsewhere(error)) throw error;
      window.takeOver();
      return window.enrolOperator(name, keyHash);
    });
    return await standingOf(api);
  } catch (error) {
    if (isElsewhere(error)) return waitForNeighbour(api, known);
    if (error instanceof InterlockError) return { is: 'stranger', error };
    throw error;
  }
}

/** What the coordinator says of the key. */
export async function standingOf(api: Api): Promise<Standing> {
  try {
    const { caller } = await api.call('describe_project', {}, { retry: true });
    return { is: 'operator', name: caller.name };
  } catch (error) {
    if (error instanceof InterlockError && error.code === 'unauthenticated') return { is: 'stranger', error };
    throw error;
  }
}

async function waitForNeighbour(api: Api, known: Standing): Promise<Standing> {
  let standing = known;
  for (const waitMs of neighbourWaitsMs) {
    if (standing.is === 'operator') break;
    await pause(waitMs);
    standing = await standingOf(api);
  }
  return standing;
}

function isElsewhere(error: unknown): boolean {
  return error instanceof InterlockError && error.code === 'coordinator_unavailable';
}
