import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { inTurn } from '../projects/turn.ts';
import { refreshLocks } from './grant.ts';
import {
  agentOf,
  checkTtl,
  FilePath,
  Paths,
  resourceOf,
  resourcesOf,
  TtlMinutes,
  targetsOf,
} from './input.ts';
import { Lease, leaseFields, leaseOf, leasesOf } from './lease.ts';
import { notHeld } from './release.ts';

/** More time for locks that the calling session holds. Their fences stay. */
export const extendLock = operation({
  name: 'extend_lock',
  title: 'Extend a file lock',
  description:
    'Renews locks you hold, so that they last ttl_minutes from now; a lease is never made shorter. One that has lapsed must be acquired again.',
  access: 'write',
  callers: ['agent'],
  idempotent: true,
  input: z.object({
    file_path: FilePath.optional(),
    paths: Paths.optional().describe('Several paths instead of file_path: all of them or none.'),
    ttl_minutes: TtlMinutes,
  }),
  output: z.object({ success: z.literal(true), action: z.literal('extended'), ...leaseFields(Lease) }),
  resource: resourceOf,
  resources: resourcesOf,
  async run(context, input) {
    const holder = agentOf(context);
    const targets = targetsOf(input, context);
    const ttlMinutes = checkTtl(input.ttl_minutes);
    const { tx, project } = context;
    const extended = await inTurn(tx, project.id, () =>
      refreshLocks(context, holder, targets, { ttlMinutes }),
    );
    for (const target of targets) {
      if (!extended.some(lock => lock.kind === target.kind && lock.key === target.key)) {
        throw await notHeld(context, holder.sessionId, target);
      }
    }
    context.note({ locks: extended.map(({ path, fence }) => ({ path, fence })) });
    return { success: true as const, action: 'extended' as const, ...leasesOf(extended.map(leaseOf)) };
  },
});
