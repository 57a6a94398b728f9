import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { asCaller } from './call.ts';
import { type Command, exitCodes } from './command.ts';
import { hashOfKey, operatorKey, shortestPassphrase } from './operator-key.ts';
import { printLine } from './print.ts';
import { runStoreTask } from './store.ts';
import { ask, askSecret, requireTerminal } from './terminal.ts';

/**
 * `login [--name <name>]`: makes the person at the terminal one who may decide. In a store that has nobody who may, they are
 * the first; elsewhere it prints what somebody who may decide has to admit.
 */
export const login: Command = async (args, environment) => {
  const { values } = parseArgs({ args: [...args], options: { name: { type: 'string' } } });
  requireTerminal('Signing in');
  const name = values.name?.trim() || userInfo().username;
  const passphrase = await askSecret(`Passphrase for ${name} (${shortestPassphrase} characters or more): `);
  if (passphrase.length < shortestPassphrase) {
    throw new InterlockError('invalid_input', `A passphrase has ${shortestPassphrase} characters or more.`);
  }
  const key = await operatorKey(environment.home, passphrase);
  if (await isKnown(environment, key)) {
    printLine('You may decide here: `interlock approvals approve <id>` asks for this passphrase.');
    return exitCodes.ok;
  }
  if ((await askSecret('Once more: ')) !== passphrase) {
    throw new InterlockError('invalid_input', 'The two were not the same. Nothing was done.');
  }
  const sure = await ask(`${name} will approve, deny and release for this whole store. Type yes to go on: `);
  if (sure !== 'yes') throw new InterlockError('cancelled', 'Nothing was done.');
  const request = { name, key_hash: hashOfKey(key) };
  try {
    await runStoreTask(environment, ['enrol', JSON.stringify(request)], { terminal: true });
    printLine(
      `${name} may decide now. The passphrase is kept nowhere: without it, somebody else has to admit you again.`,
    );
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof InterlockError) || !mayBeAdmitted.has(error.code)) throw error;
    process.stderr.write(`interlock login: ${error.message}\n`);
    printLine(
      'Somebody who may decide admits you: “Interlock: Admit an Operator…” in the editor, with this:',
    );
    printLine(JSON.stringify(request));
    return exitCodes.failed;
  }
};

/** There is an operator already, or an editor window runs the store, and its person is one. */
const mayBeAdmitted: ReadonlySet<string> = new Set(['operation_not_permitted', 'store_unavailable']);

/** `operators admit '<request>'`: lets somebody else decide too. */
export const operators: Command = async (args, environment) => {
  const [what, text = '', ...more] = args;
  if (what !== 'admit' || more.length > 0) {
    process.stderr.write("interlock: operators admit '<request>'\n");
    return exitCodes.usage;
  }
  const request = requestIn(text);
  const key = await askForKey(environment, `Admitting ${request.name}`);
  await asCaller(environment, key, ({ call }) => call('enroll_operator', request));
  printLine(`${request.name} may decide now.`);
  return exitCodes.ok;
};

/** The key of the person at the terminal. @throws InterlockError `operation_not_permitted` without a terminal. */
export async function askForKey(environment: Environment, what: string): Promise<string> {
  requireTerminal(what);
  return operatorKey(environment.home, await askSecret('Your passphrase: '));
}

async function isKnown(environment: Environment, key: string): Promise<boolean> {
  try {
    await asCaller(environment, key, ({ call }) => call('describe_project'));
    return true;
  } catch (error) {
    if (error instanceof InterlockError && error.code === 'unauthenticated') return false;
    throw error;
  }
}

function requestIn(text: string): { name: string; key_hash: string } {
  try {
    const { name, key_hash } = JSON.parse(text) as Record<string, unknown>;
    if (typeof name === 'string' && typeof key_hash === 'string') return { name, key_hash };
  } catch {
    // Said below.
  }
  throw new InterlockError('invalid_input', 'This is no request of somebody who wants to decide.', {
    next: 'It is the line that `interlock login` prints, or “Interlock: Copy Operator Request” in the editor.',
  });
}
