import { l10n, ProgressLocation, type ProgressOptions, window } from 'vscode';
import type { Notice, NoticePort } from './approval-notices.ts';
import type { ApprovalSubject } from './approvals-rows.ts';
import type { ClickTokens } from './click-tokens.ts';

/** Does not break, so that the answers stay on one line. */
const separator = '\u00a0\u00a0·\u00a0\u00a0';

/** How often the bar that shows the agent's patience moves, in milliseconds. */
const barMovesMs = 500;

/**
 * A notification of the editor's message API cannot be taken back, hides after twelve seconds, and would still offer
 * its buttons when another window has decided. One of the progress API stays while it is true and goes when it is not,
 * so that is what is used: its links are the answers, its bar the time for which the agent waits.
 */
export function createProgressNotices(tokens: ClickTokens<ApprovalSubject>): NoticePort {
  return {
    show(notice, onLater) {
      const closing = new AbortController();
      window.withProgress(
        optionsOf(`${notice.message} ${linksOf(notice, tokens)}`),
        (progress, cancellation) => {
          cancellation.onCancellationRequested(onLater);
          const move = barOf(notice, progress.report.bind(progress));
          const bar = setInterval(move, barMovesMs);
          move();
          return new Promise<void>(resolve => {
            closing.signal.addEventListener('abort', () => {
              clearInterval(bar);
              resolve();
            });
          });
        },
      );
      return { close: () => closing.abort() };
    },
  };
}

/**
 * The workbench takes a text in place of `true` as the label of the button, which the type does not say. Where a
 * version of it does not, the button reads "Cancel" and does the same: it decides nothing.
 */
function optionsOf(title: string): ProgressOptions {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return Object.assign(options, { cancellable: l10n.t('Decide Later') });
}

function linksOf({ links }: Notice, tokens: ClickTokens<ApprovalSubject>): string {
  return links
    .map(({ label, command, subject }) => {
      const query =
        subject === undefined ? '' : `?${encodeURIComponent(JSON.stringify([tokens.issue(subject)]))}`;
      return `[${label}](command:${command}${query})`;
    })
    .join(separator);
}

/** Reports how much of the agent's patience has gone since the last report. */
function barOf({ waiting }: Notice, report: (value: { increment: number }) => void): () => void {
  let reported = 0;
  return () => {
    if (waiting === undefined) return;
    const passed = (Date.now() - waiting.from) / (waiting.until - waiting.from);
    const percent = Math.min(100, Math.max(0, passed * 100));
    if (percent > reported) report({ increment: percent - reported });
    reported = Math.max(reported, percent);
  };
}
