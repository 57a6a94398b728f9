import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { Recorder } from '../kernel/act.ts';
import type { Refusal } from '../kernel/corridor.ts';
import { type CoordinatorEvent, encodeEvent, eventChannel } from '../kernel/events.ts';
import { type Operation, Waiting } from '../kernel/operation.ts';
import type { KnownPassage, Passage } from '../kernel/passage.ts';
import { type AuditRecord, canonicalText, recordOfAct, recordOfRefusal } from './record.ts';

/**
 * Appends one record to the project's chain, in the transaction of `tx`, and answers its sequence number. The events go
 * with it, as with {@link notifyEvents}: one statement is cheaper than two, and nearly every act has both.
 */
export async function appendAudit(
  tx: Queryable,
  projectId: string,
  record: AuditRecord,
  events: readonly CoordinatorEvent[] = [],
): Promise<number> {
  const [row] = await tx.query(appending(projectId, record, events));
  if (!row) throw new Error('append_audit answered nothing');
  return row.sequence;
}

function appending(projectId: string, record: AuditRecord, events: readonly CoordinatorEvent[]) {
  return sql<{ sequence: number }>`
    select append_audit(${projectId}, ${canonicalText(record)}) as sequence, (select count(*) from ${told(events)}) as told`;
}

/** Sends the events when the transaction of `tx` commits, to every coordinator on this database. */
export async function notifyEvents(tx: Queryable, events: readonly CoordinatorEvent[]): Promise<void> {
  if (events.length > 0) await tx.query(sql`select from ${told(events)}`);
}

function told(events: readonly CoordinatorEvent[]) {
  return sql`unnest(${events.map(encodeEvent)}::text[]) as payload, pg_notify(${eventChannel}, payload)`;
}

/** What the act step calls in its transaction. */
export const recordAct: Recorder = async (tx, passage, events) => {
  if (passage.output instanceof Waiting || !isAudited(passage.operation, passage)) {
    await notifyEvents(tx, events);
  } else {
    // The record is the lock on which all acts of a project meet: nobody holds it while it waits for an answer.
    await tx.conclude(appending(passage.place.project.id, recordOfAct(passage), events));
  }
};

/** Refusals that say nothing about what somebody may do: the call was not understood, or it was given up. */
const notRecorded = ['invalid_input', 'cancelled', 'internal_error'];

/**
 * Writes a refusal to the record. A caller that was not even identified belongs to no project, so only the log
 * hears of it. When the record cannot be written the refusal stands, and the log says so.
 * @param alongside done in the same transaction
 */
export function createRefusalRecorder(
  database: Database,
  onError: (error: unknown) => void,
  alongside: (tx: Queryable, passage: Passage, refusal: Refusal) => Promise<void> = async () => {},
) {
  return async (passage: Passage, refusal: Refusal): Promise<void> => {
    const { place } = passage;
    if (!place || notRecorded.includes(refusal.error.code)) return;
    try {
      const projectId = place.project.id;
      await database.transaction(
        async tx => {
          const events = [deniedEvent(projectId, passage, refusal)];
          await alongside(tx, passage, refusal);
          await appendAudit(tx, projectId, recordOfRefusal(passage, refusal), events);
        },
        { projectId },
      );
    } catch (error) {
      onError(error);
    }
  };
}

function deniedEvent(project: string, passage: Passage, { error }: Refusal): CoordinatorEvent {
  return {
    project,
    topic: 'audit.denied',
    subject: passage.resource?.id ?? passage.operation.name,
    facts: { operation: passage.operation.name, code: error.code },
  };
}

function isAudited(operation: Operation, passage: KnownPassage): boolean {
  // What a person allowed is on the record, whatever the operation is.
  if (passage.before.length > 0) return true;
  return operation.audited ? operation.audited(passage.input, passage.output) : passage.access !== 'read';
}
