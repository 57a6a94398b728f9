import { workspace } from 'vscode';
import { windowSettings } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import { createApprovalNotices } from './approval-notices.ts';
import { createProgressNotices } from './progress-notice.ts';

/** Tells the person that they are needed. */
export function registerApprovalNotifications({ model, context, clicks }: Services): void {
  const notices = createApprovalNotices(createProgressNotices(clicks), Date.now);
  const draw = () => {
    if (workspace.getConfiguration().get(windowSettings.notifyApprovals, true)) notices.draw(model.state);
    else notices.close();
  };
  context.subscriptions.push(
    model.onChange(draw),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(windowSettings.notifyApprovals)) draw();
    }),
    { dispose: notices.close },
  );
}
