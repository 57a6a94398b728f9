import { z } from 'zod';
import type { Granted } from './grant.ts';

/** A lock of the caller's own, as it is told of it. */
export const Lease = z.object({
  file_path: z.string(),
  fence: z
    .number()
    .int()
    .describe('Grows with every acquisition; check_fence tells whether anybody took the path since.'),
  expires_at: z.string(),
});

/** The fields of an answer about one lock, or about several. */
export function leaseFields<One extends z.ZodType>(one: One) {
  return {
    file_path: Lease.shape.file_path.optional().describe('Where one path was named.'),
    fence: Lease.shape.fence.optional(),
    expires_at: Lease.shape.expires_at.describe('Of several, the first one to lapse.'),
    locks: z.array(one).optional().describe('Where several paths were named.'),
  };
}

export function leaseOf({ path, fence, expiresAt }: Granted): z.infer<typeof Lease> {
  return { file_path: path, fence, expires_at: expiresAt.toISOString() };
}

/** One lease as it is; several as a list and the time when the first of them lapses. */
export function leasesOf<One extends z.infer<typeof Lease>>(leases: readonly One[]) {
  const [first, ...others] = leases;
  if (!first) throw new Error('an answer about leases has none');
  if (others.length === 0) {
    return { file_path: first.file_path, fence: first.fence, expires_at: first.expires_at };
  }
  const firstToLapse = leases.map(lease => lease.expires_at).sort()[0] ?? first.expires_at;
  return { expires_at: firstToLapse, locks: [...leases] };
}
