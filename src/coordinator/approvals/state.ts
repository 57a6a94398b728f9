import { z } from 'zod';

/**
 * pending → approved | denied | expired | cancelled; approved → consumed, or expired or cancelled unused. A call that
 * answers that it did nothing takes its consumption back.
 */
export const Status = z.enum(['pending', 'approved', 'denied', 'expired', 'cancelled', 'consumed']);
export type Status = z.infer<typeof Status>;

/** For the one call, for the session, or for a number of minutes. The wider two make a session grant. */
export const Scope = z.enum(['once', 'session', 'minutes']);
export type Scope = z.infer<typeof Scope>;
