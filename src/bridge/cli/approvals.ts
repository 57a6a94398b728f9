import { parseArgs } from 'node:util';
import { asLocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { printJson, printLine } from './print.ts';
import { type ApprovalLine, approvalTable } from './tables.ts';

/** `approvals [--json]`: what waits for a person in this project. Deciding is for operators, in the editor. */
export const approvals: Command = async (args, environment) => {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean' } } });
  const found = (await asLocalCaller(environment, ({ call }) =>
    call('list_approvals', { status: 'pending', limit: 200 }),
  )) as { approvals: readonly ApprovalLine[] };
  if (values.json) printJson(found);
  else printLine(approvalTable(found.approvals, Date.now()));
  return exitCodes.ok;
};
