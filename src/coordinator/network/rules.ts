import type { Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import type { EventBus } from '../kernel/events.ts';

/** Told when a rule was changed, on any machine. */
export const networkChanged = 'network.changed';

/** A row of `network_rules`. */
export interface NetworkRule {
  readonly id: string;
  /** Null: every project of the store. */
  readonly project_id: string | null;
  /** Null: whatever the profile of the agent. */
  readonly profile: string | null;
  readonly pattern: string;
  readonly port: number | null;
  readonly verdict: 'allow' | 'deny';
  readonly priority: number;
  readonly reason: string;
  readonly changed_at: Date;
  readonly changed_by: string;
}

export const columns = sql`id, project_id, profile, pattern, port, verdict, priority, reason, changed_at, changed_by`;

/**
 * The rules that are in force in a project, in the order in which they are asked: those of profiles first, then by
 * priority; of two with the same one the project's own before the store's, and a no before a yes.
 */
export function readRules(db: Queryable, projectId: string): Promise<NetworkRule[]> {
  return db.query(sql<NetworkRule>`
    select ${columns} from network_rules where project_id = ${projectId} or project_id is null
    order by profile is null, priority, project_id is null, verdict desc, pattern, id`);
}

/** The rules of each project, remembered until somebody changes one. */
export interface NetworkRules {
  of(db: Queryable, projectId: string): Promise<readonly NetworkRule[]>;
}

export function createNetworkRules(bus: EventBus): NetworkRules {
  const known = new Map<string, readonly NetworkRule[]>();
  let changes = 0;
  bus.subscribe(({ topic }) => {
    if (topic !== networkChanged && topic !== 'events.gap') return;
    known.clear();
    changes += 1;
  });
  return {
    // Nobody waits for what another one reads: that one may stand in line behind the transaction that would wait here.
    async of(db, projectId) {
      const rules = known.get(projectId);
      if (rules) return rules;
      const before = changes;
      const read = await readRules(db, projectId);
      if (changes === before) known.set(projectId, read);
      return read;
    },
  };
}
