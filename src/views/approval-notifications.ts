import { workspace } from 'vscode';
import { windowSettings } from '../extension/ids.ts';
import type { Services } from '../extension/services.ts';
import { createApprovalNotices } from './approval-notices.ts';
import type { ApprovalPanel } from './approval-panel.ts';
import { createProgressNotices } from './progress-notice.ts';

/** Tells the person that they are needed. */
export function registerApprovalNotifications(
  { model, context, clicks }: Services,
  panel: ApprovalPanel,
): void {
  const notices = createApprovalNotices(createProgressNotices(clicks), Date.now);
  const draw = () => {
    if (workspace.getConfiguration().get(windowSettings.notifyApprovals, true))
      notices.draw(model.state, panel.reviewed);
    else notices.close();
  };
  context.subscriptions.push(
    model.onChange(draw),
    panel.onChange(draw),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(windowSettings.notifyApprovals)) draw();
    }),
    { dispose: notices.close },
  );
}
