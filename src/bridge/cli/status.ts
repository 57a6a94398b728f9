import { parseArgs } from 'node:util';
import { asLocalCaller, type LocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { distance, facts, printJson, printLine } from './print.ts';
import {
  type ApprovalLine,
  approvalTable,
  type LockLine,
  lockTable,
  type SessionLine,
  sessionTable,
} from './tables.ts';

interface Status {
  readonly owner: { readonly pid: number; readonly generation: number; readonly version: string };
  /** The folder with the claim of the store, and of the embedded database where it is that. */
  readonly store: string;
  readonly database: 'embedded' | 'shared';
  readonly schema_version: number;
  readonly project: { readonly project_id: string; readonly name: string; readonly worktree: string | null };
  readonly sessions: readonly SessionLine[];
  readonly locks: readonly LockLine[];
  readonly pending_approvals: readonly ApprovalLine[];
}

/** `status [--json]`: who owns the store, and what goes on in the project of the working folder. */
export const status: Command = async (args, environment) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const found = await asLocalCaller(environment, caller =>
    look(caller, environment.databaseUrl === undefined && environment.canStart ? 'embedded' : 'shared'),
  );
  if (values.json) printJson(found);
  else print(found);
  return exitCodes.ok;
};

async function look({ coordinator, call }: LocalCaller, database: Status['database']): Promise<Status> {
  const [project, { agents }, { locks }, { approvals }] = (await Promise.all([
    call('describe_project'),
    call('discover_agents'),
    call('check_locks'),
    call('list_approvals', { status: 'pending', limit: 200 }),
  ])) as [
    Status['project'],
    { agents: readonly SessionLine[] },
    { locks: readonly LockLine[] },
    { approvals: readonly ApprovalLine[] },
  ];
  const { project_id, name, worktree } = project;
  return {
    owner: coordinator.owner,
    store: coordinator.store,
    database,
    schema_version: coordinator.schemaVersion,
    project: { project_id, name, worktree },
    sessions: agents,
    locks,
    pending_approvals: approvals,
  };
}

function print({
  owner,
  store,
  database,
  schema_version,
  project,
  sessions,
  locks,
  pending_approvals,
}: Status): void {
  const now = Date.now();
  printLine(
    facts([
      ['owner', `process ${owner.pid} (version ${owner.version}, generation ${owner.generation})`],
      ['store', `${store} (${database}, schema ${schema_version})`],
      ['project', `${project.name} (${project.worktree ?? 'no folder on this machine'})`],
    ]),
  );
  printLine(`\n${sessionTable(sessions, now)}`);
  printLine(`\n${lockTable(locks, now)}`);
  printLine(`\n${approvalTable(pending_approvals, now)}`);
  if (pending_approvals.length > 0) {
    const oldest = pending_approvals.map(({ requested_at }) => requested_at).sort()[0] ?? '';
    printLine(`\nWaiting for a person since ${distance(oldest, now)}: decide in the editor.`);
  }
}
