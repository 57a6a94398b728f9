import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import type { CoordinatorEvent } from '../../../src/coordinator/kernel/events.ts';
import type { Operation } from '../../../src/coordinator/kernel/operation.ts';
import { confirmMemory } from '../../../src/coordinator/memory/confirm.ts';
import { forget } from '../../../src/coordinator/memory/forget.ts';
import { listMemories } from '../../../src/coordinator/memory/list.ts';
import type { Memory } from '../../../src/coordinator/memory/memory.ts';
import { type Recalled, recall } from '../../../src/coordinator/memory/recall.ts';
import { remember } from '../../../src/coordinator/memory/remember.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';

type Fields = Readonly<Record<string, unknown>>;

interface Remembered {
  readonly memory_id: string;
  readonly action: 'created' | 'deduplicated';
  readonly redacted: readonly string[];
}

/** A coordinator, and agents that remember and recall through its corridor. */
export interface MemoryStand extends CoordinatorFixture {
  readonly events: readonly CoordinatorEvent[];
  remember(by: Credential, summary: string, fields?: Fields): Promise<Remembered>;
  recall(by: Credential, task: string, fields?: Fields): Promise<readonly Recalled[]>;
  list(by: Credential, fields?: Fields): Promise<readonly Memory[]>;
  confirm(by: Credential, memory_id: string, useful?: boolean): Promise<unknown>;
  forget(by: Credential, memory_id: string, reason?: string): Promise<unknown>;
  /** Lets a memory be written so many days earlier. */
  age(memory_id: string, days: number): Promise<void>;
}

export async function openMemoryStand(database: Database, folder?: string): Promise<MemoryStand> {
  const fixture = await openCoordinator(database, folder);
  const events: CoordinatorEvent[] = [];
  fixture.coordinator.bus.subscribe(event => events.push(event));
  const call = <T>(operation: Operation, input: unknown, by: Credential) =>
    fixture.call(operation, input, by) as Promise<T>;
  return {
    ...fixture,
    events,
    remember: (by, summary, fields) => call(remember, { summary, ...fields }, by),
    recall: async (by, task_description, fields) =>
      (await call<{ memories: Recalled[] }>(recall, { task_description, ...fields }, by)).memories,
    list: async (by, fields = {}) => (await call<{ memories: Memory[] }>(listMemories, fields, by)).memories,
    confirm: (by, id, useful = true) => call(confirmMemory, { id, useful }, by),
    forget: (by, id, reason) => call(forget, { id, ...(reason === undefined ? {} : { reason }) }, by),
    async age(memory_id, days) {
      await database.query(sql`
        update memories set written_at = written_at - make_interval(days => ${days}) where id = ${memory_id}`);
    },
  };
}
