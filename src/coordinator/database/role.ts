import type { Queryable, TransactionScope } from './port.ts';
import { compile, type Statement, sql } from './sql.ts';

/** What a coordinator works as: row-level security binds it, and it can neither change the schema nor the record. */
export const serviceRole = 'interlock_service';

/**
 * Makes a connection work as {@link serviceRole} where the database is prepared for it and the user may; else it goes on as who
 * it is. Plain SQL, for a driver to run when a connection is new.
 */
export const enterServiceRole = `do $enter$
begin
  if has_table_privilege('${serviceRole}', 'schema_migrations', 'select') then
    set role ${serviceRole};
  end if;
exception when undefined_object or undefined_table or insufficient_privilege or invalid_parameter_value then
  null;
end
$enter$`;

/** For the transaction, gives back the rights of the user who connected: migrations and restoring need the owner's. */
export function asOwner(tx: Queryable): Promise<unknown> {
  return tx.query(sql`set local role none`);
}

/** Whether statements run as {@link serviceRole}, and as whom instead. */
export async function findRole(
  db: Queryable,
): Promise<{ readonly confined: boolean; readonly user: string }> {
  const [row] = await db.query(sql<{ user: string }>`select current_user::text as user`);
  if (!row) throw new Error('the database does not say who asks');
  return { confined: row.user === serviceRole, user: row.user };
}

/** How a transaction begins: about a project, it sees that one alone. */
export function beginning({ projectId, ofOneMoment = false }: TransactionScope = {}): readonly Statement[] {
  // What it sees is a query already, before which the isolation has to stand.
  const begin = ofOneMoment ? 'begin isolation level repeatable read' : 'begin';
  return [{ text: begin, parameters: [] }, seeing(projectId, true)];
}

/** What makes a connection see one project alone from here on, or all of them. */
export function look(projectId: string | undefined): Statement {
  return seeing(projectId, false);
}

function seeing(projectId: string | undefined, inTransaction: boolean): Statement {
  if (projectId !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(projectId))
    throw new TypeError(`${JSON.stringify(projectId)} is no id of a project`);
  return compile(sql`select set_config('interlock.project', ${projectId ?? ''}, ${inTransaction})`);
}
