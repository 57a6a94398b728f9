import { commands, type LogOutputChannel, l10n, window } from 'vscode';
import { InterlockError } from '../coordinator/kernel/errors.ts';
import { asInterlockError } from './connection.ts';
import { commands as ids } from './ids.ts';

/** Tells the person why something that they asked for did not happen, and what to do. The cause goes to the log. */
export async function reportError(log: LogOutputChannel, thrown: unknown): Promise<void> {
  const error = asInterlockError(thrown);
  log.error(error.cause instanceof Error ? error.cause : error);
  const message = error.next === undefined ? error.message : `${error.message} ${error.next}`;
  const showLog = l10n.t('Show Log');
  // What somebody else did first is no failure.
  const isExpected = thrown instanceof InterlockError && error.code === 'approval_already_decided';
  const answer = isExpected
    ? await window.showInformationMessage(message)
    : await window.showErrorMessage(message, showLog);
  if (answer === showLog) await commands.executeCommand(ids.showLog);
}
