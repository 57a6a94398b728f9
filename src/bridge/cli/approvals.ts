import { parseArgs } from 'node:util';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { asCaller, asLocalCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { askForKey } from './login.ts';
import { printJson, printLine } from './print.ts';
import { type ApprovalLine, approvalFacts, approvalTable } from './tables.ts';

/**
 * `approvals [--json]`: what waits for a person in this project. `approvals approve|deny <id>` decides it, for the person
 * at the terminal who is an operator.
 */
export const approvals: Command = async (args, environment) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      reason: { type: 'string' },
      scope: { type: 'string' },
      minutes: { type: 'string' },
    },
    allowPositionals: true,
  });
  const [what, id, ...more] = positionals;
  if (what !== undefined) {
    const decision = decisions.get(what);
    if (decision === undefined || id === undefined || more.length > 0) {
      process.stderr.write('interlock: approvals, or approvals approve|deny <id>\n');
      return exitCodes.usage;
    }
    const { reason, scope, minutes } = values;
    const decided = await decide(environment, id, {
      decision,
      ...(reason === undefined ? {} : { reason }),
      ...(scope === undefined ? {} : { scope }),
      ...(minutes === undefined ? {} : { scope: 'minutes', minutes: Number(minutes) }),
    });
    if (values.json) printJson(decided);
    else printLine(`${id} is ${decision}.`);
    return exitCodes.ok;
  }
  const found = await pending(environment);
  if (values.json) printJson(found);
  else printLine(approvalTable(found.approvals, Date.now()));
  return exitCodes.ok;
};

const decisions: ReadonlyMap<string, string> = new Map([
  ['approve', 'approved'],
  ['deny', 'denied'],
]);

async function pending(environment: Environment): Promise<{ approvals: readonly ApprovalLine[] }> {
  const asked = { status: 'pending', limit: 200 };
  return (await asLocalCaller(environment, ({ call }) => call('list_approvals', asked))) as {
    approvals: readonly ApprovalLine[];
  };
}

/** Shows what is decided before the passphrase is asked for, and takes the beginning of an id where it is one's alone. */
async function decide(environment: Environment, given: string, decision: object): Promise<unknown> {
  const { approvals } = await pending(environment);
  const [found, ...others] = approvals.filter(({ approval_id }) => approval_id.startsWith(given));
  if (!found || others.length > 0) {
    throw new InterlockError(
      'approval_not_found',
      found ? `${given} begins more than one request.` : `Nothing that waits here begins with ${given}.`,
      { next: '`interlock approvals` lists what waits in the repository of the working folder.' },
    );
  }
  process.stderr.write(`${approvalFacts(found, Date.now())}\n\n`);
  const key = await askForKey(environment, 'Deciding');
  const input = { approval_id: found.approval_id, ...decision };
  return asCaller(environment, key, ({ call }) => call('decide_approval', input));
}
