import { Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { decideAll } from '../extension/commands/decisions.ts';
import { approvalPanel } from '../extension/ids.ts';
import type { ProjectModel } from '../extension/project-model.ts';
import type { Approval } from '../extension/project-state.ts';
import { reportError } from '../extension/report-error.ts';
import type { Services } from '../extension/services.ts';
import type { Disposable } from '../extension/signal.ts';
import { projectsOf } from '../extension/window-state.ts';
import type { Answer, ApprovalPage, FromApprovalPanel, ToApprovalPanel } from './approval-messages.ts';
import { approvalPage } from './approval-page.ts';
import { type Past, pastEvents } from './approval-past.ts';
import { whatIsAsked } from './approval-words.ts';
import { type ApprovalSubject, groups } from './approvals-rows.ts';
import { pageHtml, pageOptions } from './webview-page.ts';

/** Countdowns turn from one sentence into another. */
const everyMs = 1_000;
const mostPast = 50;

/** What the panel shows. */
interface Shown {
  readonly folder: string;
  readonly approvals: readonly [Approval, ...Approval[]];
  readonly past: Past | undefined;
}

/** Shows requests in full and takes the answers. */
export interface ApprovalReview extends Disposable {
  /** The numbers of those that are on the screen. */
  readonly reviewed: ReadonlySet<string>;
  show(subject: ApprovalSubject): Promise<void>;
}

/**
 * One panel that shows a request in full and takes the answer. Another request takes its place.
 * @param changed called when something else is on the screen
 */
export function createApprovalReview(services: Services, changed: () => void): ApprovalReview {
  const { context, model, log } = services;
  let panel: WebviewPanel | undefined;
  let shown: Shown | undefined;
  let told = '';

  const projectAt = (folder: string) => model.projects.find(({ state }) => state.folder === folder);

  async function show({ folder, approvals: [first, ...others] }: ApprovalSubject): Promise<void> {
    const project = projectAt(folder);
    if (!first || !project) return;
    shown = { folder, approvals: [first, ...others], past: undefined };
    panel ??= createPanel();
    panel.title = whatIsAsked(first, 40);
    panel.reveal(panel.viewColumn);
    tell();
    changed();
    await readPast(project, first);
  }

  async function readPast({ api }: ProjectModel, { agent_id, approval_id }: Approval): Promise<void> {
    const retry = { retry: true };
    const [{ approvals }, { records }] = await Promise.all([
      api.call('list_approvals', { agent_id, status: 'all', limit: mostPast }, retry),
      api.call('query_audit', { agent_id, limit: mostPast }, retry),
    ]);
    if (shown?.approvals[0].approval_id !== approval_id) return;
    shown = {
      ...shown,
      past: { approvals: approvals.filter(other => other.approval_id !== approval_id), records },
    };
    tell();
  }

  /** What is on the screen says how the request stands now. */
  async function follow(): Promise<void> {
    if (!shown) return;
    const { folder, approvals } = shown;
    const project = projectAt(folder);
    const [first] = approvals;
    const isOpen = project?.state.approvals.some(({ approval_id }) => approval_id === first.approval_id);
    if (!project || isOpen || first.status !== 'pending') return tell();
    const { approval_id } = first;
    const now = await project.api.call('check_approval', { approval_id }, { retry: true });
    if (shown?.approvals[0].approval_id !== approval_id) return;
    shown = { ...shown, approvals: [now] };
    tell();
  }

  function tell(): void {
    const approval = pageNow();
    if (!panel || !approval) return;
    const text = JSON.stringify(approval);
    if (text === told) return;
    told = text;
    panel.webview.postMessage({ approval } satisfies ToApprovalPanel);
  }

  function pageNow(): ApprovalPage | undefined {
    const project = shown && projectAt(shown.folder)?.state;
    if (!shown || !project) return undefined;
    const now = Date.now();
    return approvalPage({
      approvals: shown.approvals,
      mayDecide: model.state.standing.is === 'operator',
      hookWaitSeconds: project.project?.settings['approvals.hookWaitSeconds'] ?? 0,
      worktree: project.project?.worktree ?? null,
      past: shown.past && pastEvents(shown.past, project, now),
      others: waiting().length,
      now,
    });
  }

  /** What else waits for the person, the longest first. */
  function waiting(): readonly ApprovalSubject[] {
    const all = projectsOf(model.state).flatMap(({ folder, approvals }) =>
      groups(approvals).map(group => ({ folder, approvals: group })),
    );
    return all.filter(({ approvals: [first] }) => first?.approval_id !== shown?.approvals[0].approval_id);
  }

  async function hear(message: FromApprovalPanel): Promise<void> {
    if (message.type === 'ready') {
      told = '';
      tell();
    } else if (message.type === 'next') {
      const [next] = waiting();
      if (next) await show(next);
    } else if (shown) {
      await answer(shown, message.answer);
    }
  }

  async function answer(
    subject: ApprovalSubject,
    { decision, scope, minutes, reason }: Answer,
  ): Promise<void> {
    try {
      await decideAll(services, subject, {
        decision,
        scope,
        ...(minutes === undefined ? {} : { minutes }),
        ...(reason === undefined ? {} : { reason }),
      });
    } finally {
      // The answers are given back where it was refused, and go where it was not.
      told = '';
      await follow();
    }
  }

  function createPanel(): WebviewPanel {
    const created = window.createWebviewPanel(approvalPanel, '', ViewColumn.Active, pageOptions(context));
    const icon = (name: string) => Uri.joinPath(context.extensionUri, 'media', name);
    created.iconPath = { light: icon('interlock-light.svg'), dark: icon('interlock-dark.svg') };
    created.webview.html = pageHtml(context, created.webview, 'approval');
    const ticking = setInterval(tell, everyMs);
    created.webview.onDidReceiveMessage((message: FromApprovalPanel) => {
      hear(message).catch(thrown => reportError(log, thrown));
    });
    created.onDidDispose(() => {
      clearInterval(ticking);
      panel = undefined;
      shown = undefined;
      changed();
    });
    created.onDidChangeViewState(() => changed());
    return created;
  }

  const following = model.onChange(() => {
    follow().catch(error => log.warn(error));
  });
  return {
    get reviewed() {
      const isSeen = panel?.visible === true;
      return new Set(isSeen ? shown?.approvals.map(({ approval_id }) => approval_id) : []);
    },
    show,
    dispose() {
      following.dispose();
      panel?.dispose();
    },
  };
}
