import type { Claim } from '../../../src/coordinator/host/claim.ts';

/** A claim as a living owner publishes it, with what a test wants to be different. */
export function claimOf(different: Partial<Claim>): Claim {
  return {
    format: 1,
    generation: 1,
    token: 'token',
    socket: 'run/1-abcdef.sock',
    folder: '1:2',
    holder: {
      pid: 42,
      started: '1000',
      namespace: 'pid:[1]',
      boot: 'boot',
      machine: 'machine',
      hostname: 'host',
    },
    mode: 'detached',
    version: '1.0.0',
    startedAt: '2026-01-01T00:00:00.000Z',
    ...different,
  };
}
