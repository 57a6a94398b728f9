import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { ApprovalSubject } from '../views/approvals-rows.ts';
import type { ClickTokens } from '../views/click-tokens.ts';
import type { Connection } from './connection.ts';
import type { Operator } from './operator.ts';
import type { WindowModel } from './window-model.ts';

/** What every feature of the window is given. */
export interface Services {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly model: WindowModel;
  readonly connection: Connection;
  readonly operator: Operator;
  /** What stands behind links that this window shows. */
  readonly clicks: ClickTokens<ApprovalSubject>;
}
