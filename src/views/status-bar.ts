import { l10n, MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { commands, statusItem } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import { type Status, statusOf } from './status-words.ts';

/** The state at a glance. */
export function registerStatusBar({ model, context }: Services): void {
  const item = window.createStatusBarItem(statusItem, StatusBarAlignment.Left, 10);
  item.name = l10n.t('Interlock');
  item.command = commands.showStatus;
  const draw = () => {
    const { text, spoken, urgency, lines } = statusOf(model.state);
    item.text = text;
    item.accessibilityInformation = { label: spoken };
    item.tooltip = tooltipOf(lines);
    item.backgroundColor = backgroundOf(urgency);
    if (model.state.link === 'noFolder') item.hide();
    else item.show();
  };
  context.subscriptions.push(item, model.onChange(draw));
  draw();
}

function backgroundOf(urgency: Status['urgency']): ThemeColor | undefined {
  return urgency === 'none' ? undefined : new ThemeColor(`statusBarItem.${urgency}Background`);
}

function tooltipOf(lines: readonly string[]): MarkdownString {
  const shown = new MarkdownString('**Interlock**');
  for (const line of lines) shown.appendMarkdown('\n\n').appendText(line);
  return shown;
}
