import { CompiledQuery } from 'kysely';
import PgBoss from 'pg-boss';
import type { Database } from '../src/coordinator/database/port.ts';
import { asOwner, serviceRole } from '../src/coordinator/database/role.ts';
import { type Query, sql } from '../src/coordinator/database/sql.ts';

/** A queue that somebody works off: claims the next thing and says that it is done. */
export interface Peer {
  claim(): Promise<string | undefined>;
  complete(id: string): Promise<unknown>;
}

const queue = 'work';

/**
 * pg-boss (https://github.com/timgit/pg-boss) with one queue, by its ordinary calls. On Postgres it has a
 * pool of its own, as large as ours; the embedded database has one connection, which it gets through our port.
 */
export async function startBoss(
  database: Database,
  url: string | undefined,
): Promise<Peer & { fill(jobs: number): Promise<void>; stop(): Promise<void> }> {
  const executor = executorOf(database);
  const connection = url === undefined ? { db: executor } : { connectionString: url, max: 10 };
  const boss = new PgBoss({ ...connection, supervise: false, schedule: false });
  boss.on('error', error => {
    throw error;
  });
  await boss.start();
  await boss.createQueue(queue);
  if (url === undefined) await executor.isSetUp();
  return {
    fill: jobs =>
      boss.insert(
        Array.from({ length: jobs }, (_, n) => ({ name: queue, data: { description: `task ${n}` } })),
      ),
    async claim() {
      const [job] = await boss.fetch(queue);
      return job?.id;
    },
    complete: id => boss.complete(queue, id, { done: true }),
    stop: () => boss.stop({ graceful: false, wait: false }),
  };
}

/** Our port, as pg-boss wants to have a database. It makes its tables as the owner and works on them as we do on ours. */
function executorOf(database: Database) {
  let settingUp = true;
  return {
    async executeSql(text: string, values?: unknown[]) {
      if (values === undefined && text.includes(';')) {
        const script = text.replaceAll(/^\s*(begin|commit);\s*$/gim, '');
        await database.transaction(async tx => {
          await asOwner(tx);
          await tx.script(script);
        });
        return { rows: [] };
      }
      const parameters = (values ?? []).map(value =>
        isJson(value) ? JSON.stringify(value) : (value ?? null),
      );
      const query: Query = { compile: () => CompiledQuery.raw(text, parameters) };
      if (!settingUp) return { rows: await database.query(query) };
      const rows = await database.transaction(async tx => {
        await asOwner(tx);
        return await tx.query(query);
      });
      return { rows };
    },
    async isSetUp() {
      settingUp = false;
      await database.transaction(async tx => {
        await asOwner(tx);
        await tx.query(sql`grant usage on schema pgboss to ${sql.id(serviceRole)}`);
        await tx.query(sql`grant all on all tables in schema pgboss to ${sql.id(serviceRole)}`);
      });
    },
  };
}

/** The driver that pg-boss knows writes plain objects as JSON by itself. */
function isJson(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
