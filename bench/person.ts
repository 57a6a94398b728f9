import { randomUUID } from 'node:crypto';
import { sql } from '../src/coordinator/database/sql.ts';
import { hashOfKey } from '../src/coordinator/operators/operators.ts';
import { call, type Started, startCoordinator } from './coordinator.ts';
import { openStore } from './databases.ts';
import type { Stage } from './stage.ts';

/** What a person shows at the door. */
export type Person = Readonly<Record<string, string>>;

/** Has a store made, and enrols a person in it as the editor's window does. No coordinator serves it afterwards. */
export async function enrolPerson(stage: Stage, home: string, url: string | undefined): Promise<Person> {
  await (await startCoordinator(stage, home, url)).stop();
  const key = randomUUID();
  const database = await openStore(home, url);
  await database.query(sql`
    insert into operators (id, name, key_hash, enrolled_by)
    values (${randomUUID()}, 'Olga', decode(${hashOfKey(key)}, 'hex'), 'a measurement')`);
  await database.close();
  return { authorization: `Operator ${key}` };
}

/** Agents of a measurement make more calls in a minute than others in a day. */
export async function liftLimits(
  stage: Stage,
  { client }: Pick<Started, 'client'>,
  person: Person,
): Promise<void> {
  await call(stage, client, person, 'save_profile', {
    name: 'claude_code_cli',
    reason: 'a measurement',
    max_file_modifications: null,
    max_execution_time_seconds: null,
    max_api_calls_per_hour: null,
  });
}
