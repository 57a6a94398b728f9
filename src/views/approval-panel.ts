import { commands as ids } from '../extension/ids.ts';
import { registerCommand } from '../extension/register-command.ts';
import type { Services } from '../extension/services.ts';
import { createSignal, type Disposable } from '../extension/signal.ts';
import type { ApprovalReview } from './approval-review.ts';
import type { ApprovalSubject } from './approvals-rows.ts';
import type { RowTree } from './tree.ts';

/** What of the requests a person can see in full. */
export interface ApprovalPanel {
  /** The numbers of those that are on the screen. */
  readonly reviewed: ReadonlySet<string>;
  onChange(listener: () => void): Disposable;
}

const nothing: ReadonlySet<string> = new Set();

/** The panel that shows a request in full, loaded when somebody asks for the first one. */
export function registerApprovalPanel(services: Services, tree: RowTree<ApprovalSubject>): ApprovalPanel {
  const { context, clicks } = services;
  const changed = createSignal();
  let loaded: Promise<ApprovalReview> | undefined;
  let review: ApprovalReview | undefined;

  async function load(): Promise<ApprovalReview> {
    const { createApprovalReview } = await import('../extension/on-demand.ts');
    review = createApprovalReview(services, changed.fire);
    context.subscriptions.push(review);
    return review;
  }

  context.subscriptions.push(
    registerCommand(services, ids.reviewApproval, async argument => {
      const subject = tree.subjectOf(argument) ?? clicks.redeem(argument);
      if (!subject) return;
      loaded ??= load();
      await (await loaded).show(subject);
    }),
  );
  return {
    get reviewed() {
      return review?.reviewed ?? nothing;
    },
    onChange: changed.on,
  };
}
