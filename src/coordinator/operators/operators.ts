import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Database } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { OperatorCaller } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/events.ts';
import { operation } from '../kernel/operation.ts';

/** What is stored of an operator key: its SHA-256, in hexadecimal. A key has 256 random bits, so no salt is needed. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Makes a person known who may decide. The first one is enrolled by the process that owns the store, from inside an
 * editor window or at a terminal; later ones by an operator. An agent can do neither.
 */
export const enrollOperator = operation({
  name: 'enroll_operator',
  title: 'Enrol an operator',
  description: 'Makes a person known who may decide approvals, edit policies and force-release locks.',
  access: 'admin',
  callers: ['operator', 'system'],
  tool: false,
  idempotent: true,
  input: z.object({
    name: z.string().trim().min(1).max(200),
    key_hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the operator key in lower-case hexadecimal')
      .describe('SHA-256 of the operator key. The key itself stays with the person.'),
  }),
  output: z.object({ operator_id: z.uuid(), action: z.enum(['enrolled', 'known']) }),
  resource: () => ({ type: 'Project', id: 'operators' }),
  async run({ tx, caller, emit }, { name, key_hash }) {
    const [known] = await tx.query(
      sql<{ id: string; revoked: boolean }>`
        select id, revoked_at is not null as revoked from operators where key_hash = decode(${key_hash}, 'hex')`,
    );
    if (known?.revoked) {
      throw new InterlockError(
        'operation_not_permitted',
        'This operator key was revoked and cannot be enrolled again.',
        {
          next: 'Sign in with a new key.',
        },
      );
    }
    if (known) return { operator_id: known.id, action: 'known' as const };
    if (caller.kind === 'system') await refuseSecondFirst(tx);
    const id = uuid();
    const enrolledBy = caller.kind === 'operator' ? caller.operatorId : 'store owner';
    await tx.query(sql`
      insert into operators (id, name, key_hash, enrolled_by)
      values (${id}, ${name}, decode(${key_hash}, 'hex'), ${enrolledBy})`);
    emit({ topic: 'operator.enrolled', subject: id });
    return { operator_id: id, action: 'enrolled' as const };
  },
});

/** The owner of the store vouches for the first operator only: afterwards operators enrol operators. */
async function refuseSecondFirst(tx: Pick<Database, 'query'>): Promise<void> {
  const [row] = await tx.query(
    sql<{ name: string }>`select name from operators where revoked_at is null limit 1`,
  );
  if (!row) return;
  throw new InterlockError('operation_not_permitted', `This store has an operator already: ${row.name}.`, {
    next: `Ask ${row.name} to enrol you.`,
    params: { operator: row.name },
  });
}

/** Finds the operator behind a key. */
export interface Operators {
  /** @throws InterlockError `unauthenticated` for a key that is not, or no longer, known. */
  identify(key: string): Promise<OperatorCaller>;
}

export function createOperators(database: Database, bus: EventBus): Operators {
  const known = new Map<string, OperatorCaller>();
  bus.subscribe(event => {
    if (event.topic.startsWith('operator.') || event.topic === 'events.gap') known.clear();
  });
  return {
    async identify(key) {
      const hash = hashOfKey(key);
      const found = known.get(hash) ?? (await findOperator(database, hash));
      if (!found) {
        throw new InterlockError('unauthenticated', 'The operator key is not known to this store.', {
          next: 'Enrol it: the first operator from the editor that owns the store, later ones by an operator.',
        });
      }
      known.set(hash, found);
      return found;
    },
  };
}

async function findOperator(database: Database, hash: string): Promise<OperatorCaller | undefined> {
  const [row] = await database.query(
    sql<{ id: string; name: string }>`
      select id, name from operators where key_hash = decode(${hash}, 'hex') and revoked_at is null`,
  );
  return row && { kind: 'operator', operatorId: row.id, name: row.name };
}
