import { commands } from 'vscode';
import type { Command } from './ids.ts';
import { reportError } from './report-error.ts';
import type { Services } from './services.ts';
import type { Disposable } from './signal.ts';

/** What a command does with what it is given: a row's branch, a token of a link, or nothing. */
type Run = (argument: unknown) => unknown;

/** Registers a command whose failure is told to the person and not swallowed by the editor. */
export function registerCommand(services: Pick<Services, 'log'>, id: Command, run: Run): Disposable {
  return commands.registerCommand(id, async (argument: unknown) => {
    try {
      await run(argument);
    } catch (thrown) {
      await reportError(services.log, thrown);
    }
  });
}

/**
 * Registers commands of which nothing is loaded before somebody runs the first of them.
 * @param load called once
 */
export function registerCommands<const Id extends Command>(
  services: Pick<Services, 'context' | 'log'>,
  ids: readonly Id[],
  load: () => Promise<Readonly<Record<NoInfer<Id>, Run>>>,
): void {
  let loaded: ReturnType<typeof load> | undefined;
  for (const id of ids) {
    const registered = registerCommand(services, id, async argument => {
      loaded ??= load();
      await (await loaded)[id](argument);
    });
    services.context.subscriptions.push(registered);
  }
}
