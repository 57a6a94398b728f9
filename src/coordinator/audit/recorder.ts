import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';

import type { Recorder } from '../kernel/act.ts';
import type { Refusal } from '../kernel/corridor.ts';
import { type CoordinatorEvent, encodeEvent, eventChannel } from '../kernel/events.ts';
import { type Operation, Waiting } from '../kernel/operation.ts';
import type { KnownPassage, Passage } from '../kernel/passage.ts';
import { type AuditRecord, canonicalText, recordOfAct, recordOfRefusal } from './record.ts';

/** Appends one record to the project's chain, in the transaction of `tx`, and answers its sequence number. */
export async function appendAudit(tx: Queryable, projectId: string, record: AuditRecord): Promise<number> {
  const [row] = await tx.query(
    sql<{ sequence: number }>`select append_audit(${projectId}, ${canonicalText(record)}) as sequence`,
  );
  if (!row) throw new Error('append_audit answered nothing');
  return row.sequence;
}

/** Sends the events when the transaction of `tx` commits, to every coordinator on this database. */
export async function notifyEvents(tx: Queryable, events: readonly CoordinatorEvent[]): Promise<void> {
  if (events.length === 0) return;
  const payloads = JSON.stringify(events.map(encodeEvent));
  await tx.query(
    sql`select pg_notify(${eventChannel}, payload) from jsonb_array_elements_text(${payloads}::jsonb) as payload`,
  );
}

/** What the act step calls in its transaction. */
export const recordAct: Recorder = async (tx, passage, events) => {
  if (!(passage.output instanceof Waiting) && isAudited(passage.operation, passage)) {
    await appendAudit(tx, passage.place.project.id, recordOfAct(passage));
  }
  await notifyEvents(tx, events);
};

/** Refusals that say nothing about what somebody may do: the call was not understood, or it was given up. */
const notRecorded = ['invalid_input', 'cancelled', 'internal_error'];

/**
 * Writes a refusal to the record. A caller that was not even identified belongs to no project, so only the log
 * hears of it. When the record cannot be written the refusal stands, and the log says so.
 */
export function createRefusalRecorder(database: Database, onError: (error: unknown) => void) {
  return async (passage: Passage, refusal: Refusal): Promise<void> => {
    const { place } = passage;
    if (!place || notRecorded.includes(refusal.error.code)) return;
    try {
      await database.transaction(async tx => {
        await appendAudit(tx, place.project.id, recordOfRefusal(passage, refusal));
        await notifyEvents(tx, [deniedEvent(place.project.id, passage, refusal)]);
      });
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
