import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import { verifyChain } from './verify.ts';

const Pin = z.object({
  sequence: z.number().int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal'),
});

/** Recomputes the project's hash chain and says where it was tampered with first, if it was. */
export const verifyAudit = operation({
  name: 'verify_audit',
  title: 'Verify the audit log',
  description:
    'Recomputes the hash chain of this project’s audit log and finds the first altered, removed, inserted or reordered record.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  tool: false,
  input: z.object({
    pins: z
      .array(Pin)
      .max(1000)
      .default([])
      .describe('Points of the chain that were written down outside the database.'),
  }),
  output: z.object({
    status: z.enum(['ok', 'tampered']),
    records: z.number().int(),
    first_sequence: z.number().int().describe('What lies before it was exported and removed.'),
    pins_not_checked: z
      .number()
      .int()
      .describe('Pins of records that were removed: the exports can say of them.'),
    records_per_second: z.number().int(),
    first_bad: z
      .object({
        sequence: z.number().int(),
        kind: z.enum(['altered', 'removed', 'inserted', 'reordered', 'truncated']),
      })
      .optional(),
    head: Pin.optional(),
    verified_at: z.iso.datetime().describe('When this was found, by the clock of the database.'),
  }),
  resource: () => ({ type: 'Project', id: 'audit' }),
  async run({ tx, project }, { pins }) {
    const found = await verifyChain(tx, project.id, pins);
    // Not the beginning of the transaction: a long chain takes seconds.
    const [clock] = await tx.query(sql<{ now: Date }>`select clock_timestamp() as now`);
    if (!clock) throw new Error('the database has told no time');
    return { ...found, verified_at: clock.now.toISOString() };
  },
});
