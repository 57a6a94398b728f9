import * as l10n from '@vscode/l10n';
import { type Command, commands } from '../extension/ids.ts';
import type { Approval } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { isWaiting, whatIsAsked, whyAsked } from './approval-words.ts';
import { type ApprovalSubject, groups } from './approvals-rows.ts';
import { onOneLine, withoutLinks } from './shown-text.ts';

/** What a notification says and offers. */
export interface Notice {
  readonly message: string;
  readonly links: readonly NoticeLink[];
  /** The time in which an agent waits for the answer, in milliseconds since 1970. */
  readonly waiting: { readonly from: number; readonly until: number } | undefined;
}

export interface NoticeLink {
  readonly label: string;
  readonly command: Command;
  /** Undefined for commands that need none. */
  readonly subject?: ApprovalSubject;
}

/** Shows notifications that can be taken back. */
export interface NoticePort {
  /** @param onLater the person put it aside, which decides nothing */
  show(notice: Notice, onLater: () => void): { close(): void };
}

/** Keeps at most one notification about approvals on the screen, and it is always true. */
export interface ApprovalNotices {
  /** @param reviewed requests that are on the screen in full, which needs no notification over it */
  draw(state: WindowState, reviewed?: ReadonlySet<string>): void;
  close(): void;
}

export function createApprovalNotices(port: NoticePort, now: () => number): ApprovalNotices {
  /** Approvals that were on the screen when the person put the notification aside. */
  let putAside = new Set<string>();
  let shown: { readonly key: string; readonly notice: { close(): void } } | undefined;

  function close(): void {
    shown?.notice.close();
    shown = undefined;
  }

  return {
    close,
    draw(state, reviewed = new Set()) {
      const waiting = waitingIn(state).filter(
        ({ approvals }) => !approvals.some(({ approval_id }) => reviewed.has(approval_id)),
      );
      const ids = waiting.flatMap(({ approvals }) => approvals.map(approval => approval.approval_id));
      putAside = new Set(ids.filter(id => putAside.has(id)));
      // Only who may decide is asked.
      const isNeeded = state.standing.is === 'operator' && ids.some(id => !putAside.has(id));
      const key = isNeeded ? ids.join() : '';
      if (key === (shown?.key ?? '')) return;
      close();
      if (!isNeeded) return;
      const notice = port.show(noticeOf(waiting, now()), () => {
        putAside = new Set(ids);
        close();
      });
      shown = { key, notice };
    },
  };
}

interface Waiting extends ApprovalSubject {
  readonly hookWaitSeconds: number;
}

function waitingIn(state: WindowState): readonly Waiting[] {
  return projectsOf(state).flatMap(({ folder, project, approvals }) =>
    groups(approvals).map(group => ({
      folder,
      approvals: group,
      hookWaitSeconds: project?.settings['approvals.hookWaitSeconds'] ?? 0,
    })),
  );
}

function noticeOf(waiting: readonly Waiting[], now: number): Notice {
  const [first, ...others] = waiting as readonly [Waiting, ...Waiting[]];
  if (others.length > 0) {
    return {
      message: l10n.t('{0} approvals wait for you.', waiting.length),
      links: [{ label: l10n.t('Review'), command: commands.showApprovals }],
      waiting: undefined,
    };
  }
  const [approval] = first.approvals as readonly [Approval, ...Approval[]];
  const { hookWaitSeconds, ...subject } = first;
  return {
    message: messageOf(approval, first.approvals.length),
    links: [
      { label: l10n.t('Approve'), command: commands.approve, subject },
      { label: l10n.t('Deny'), command: commands.deny, subject },
      { label: l10n.t('Details…'), command: commands.reviewApproval, subject },
    ],
    waiting: waitOf(approval, hookWaitSeconds, now),
  };
}

function messageOf(approval: Approval, count: number): string {
  const agent = withoutLinks(onOneLine(approval.agent_id));
  const what = withoutLinks(whatIsAsked(approval));
  const why = withoutLinks(whyAsked(approval) ?? '');
  const asks =
    count > 1 ? l10n.t('{0} asks {1} times: {2}', agent, count, what) : l10n.t('{0} asks: {1}', agent, what);
  return why === '' ? asks : `${asks} — ${why}`;
}

function waitOf(approval: Approval, hookWaitSeconds: number, now: number): Notice['waiting'] {
  if (!isWaiting(approval, hookWaitSeconds, now)) return undefined;
  const from = Date.parse(approval.requested_at);
  return { from, until: from + hookWaitSeconds * 1000 };
}
