import { commands } from 'vscode';
import type { Command } from './ids.ts';
import { reportError } from './report-error.ts';
import type { Services } from './services.ts';
import type { Disposable } from './signal.ts';

/** Registers a command whose failure is told to the person and not swallowed by the editor. */
export function registerCommand(
  services: Pick<Services, 'log'>,
  id: Command,
  run: (argument: unknown) => unknown,
): Disposable {
  return commands.registerCommand(id, async (argument: unknown) => {
    try {
      await run(argument);
    } catch (thrown) {
      await reportError(services.log, thrown);
    }
  });
}
