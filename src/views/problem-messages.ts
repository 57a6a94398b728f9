import { commands, window } from 'vscode';
import type { Services } from '../extension/services.ts';
import { type Problem, problemIn } from './problems.ts';

/** A problem that goes by itself within this time, as at start and when the owner changes, is not worth a message. */
const lastsMs = 2_000;

/** Tells each problem once, with the buttons that solve it. */
export function registerProblemMessages({ model, context, log }: Services): void {
  let told: string | undefined;
  let waiting: NodeJS.Timeout | undefined;

  function look(): void {
    const problem = problemIn(model.state);
    if (problem?.id === told) return;
    clearTimeout(waiting);
    if (!problem) {
      told = undefined;
      return;
    }
    waiting = setTimeout(() => {
      if (problemIn(model.state)?.id !== problem.id) return;
      told = problem.id;
      if (problem.isMaybeMeant && context.workspaceState.get(problem.id)) return;
      tell(problem).catch(error => log.warn(error));
    }, lastsMs);
  }

  async function tell(problem: Problem): Promise<void> {
    if (problem.isMaybeMeant) await context.workspaceState.update(problem.id, true);
    await show(problem);
  }

  context.subscriptions.push(model.onChange(look), { dispose: () => clearTimeout(waiting) });
  look();
}

async function show({ severity, message, remedies }: Problem): Promise<void> {
  const titles = remedies.map(({ title }) => title);
  const answer = await (severity === 'error'
    ? window.showErrorMessage(message, ...titles)
    : window.showWarningMessage(message, ...titles));
  const remedy = remedies.find(({ title }) => title === answer);
  if (remedy) await commands.executeCommand(remedy.command, ...(remedy.arguments ?? []));
}
