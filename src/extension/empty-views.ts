import { commands } from 'vscode';
import { contextKeys } from './ids.ts';
import type { Services } from './services.ts';

/** Tells the editor what state the window is in, so that its empty views say what to do. */
export function registerEmptyViews({ context, model }: Services): void {
  let told = '';
  const tell = () => {
    const { link, standing } = model.state;
    if (told === `${link} ${standing.is}`) return;
    told = `${link} ${standing.is}`;
    commands.executeCommand('setContext', contextKeys.state, link);
    commands.executeCommand('setContext', contextKeys.standing, standing.is);
  };
  context.subscriptions.push(model.onChange(tell));
  tell();
}
