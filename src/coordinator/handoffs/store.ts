import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { InterlockError } from '../kernel/errors.ts';

/** A row of `handoffs`. */
export interface HandoffRow {
  readonly id: string;
  readonly session_id: string;
  readonly agent_id: string;
  readonly agent_type: string;
  readonly delegated_from: string | null;
  readonly branch: string | null;
  readonly written_at: Date;
  readonly to_agent: string | null;
  readonly summary: string;
  readonly completed_work: string[];
  readonly in_progress: string[];
  readonly decisions: string[];
  readonly next_steps: string[];
  readonly relevant_files: string[];
  readonly lock_paths: string[];
  readonly accepted_by: string | null;
  readonly accepted_by_agent: string | null;
  readonly accepted_at: Date | null;
}

export const columns = sql`
  id, session_id, agent_id, agent_type, delegated_from, branch, written_at, to_agent, summary, completed_work,
  in_progress, decisions, next_steps, relevant_files, lock_paths, accepted_by, accepted_by_agent, accepted_at`;

/** @throws InterlockError `handoff_not_found`. */
export async function findHandoff(db: Queryable, projectId: string, id: string): Promise<HandoffRow> {
  const [row] = await db.query(
    sql<HandoffRow>`select ${columns} from handoffs where project_id = ${projectId} and id = ${id}`,
  );
  if (row) return row;
  throw new InterlockError('handoff_not_found', `No handoff ${id} is in this project.`, {
    next: 'read_handoff shows the last ones.',
    params: { handoff_id: id },
  });
}
