import { CodeLens, EventEmitter, l10n, languages, Range, Uri, window, workspace } from 'vscode';
import { approvalScheme, type Command, commands as ids } from '../extension/ids.ts';
import type { Approval } from '../extension/project-state.ts';
import { registerCommand } from '../extension/register-command.ts';
import type { Services } from '../extension/services.ts';
import { approvalDocument } from './approval-document.ts';
import { whatIsAsked } from './approval-words.ts';
import type { ApprovalSubject } from './approvals-rows.ts';
import type { RowTree } from './tree.ts';

/** Requests as read-only documents, with the answers above the text. */
export function registerApprovalDocuments(services: Services, tree: RowTree<ApprovalSubject>): void {
  const { context, model, clicks } = services;
  const changed = new EventEmitter<Uri>();
  const opened = new Map<string, { readonly uri: Uri; readonly folder: string; approval: Approval }>();

  async function review(argument: unknown): Promise<void> {
    const subject = tree.subjectOf(argument) ?? clicks.redeem(argument);
    const [approval] = subject?.approvals ?? [];
    if (!subject || !approval) return;
    const uri = uriOf(approval);
    opened.set(uri.toString(), { uri, folder: subject.folder, approval });
    await window.showTextDocument(uri, { preview: true });
  }

  /** What is on the screen says how the request stands now. */
  async function follow(): Promise<void> {
    for (const [key, document] of opened) {
      const { folder, approval, uri } = document;
      const project = model.projects.find(({ state }) => state.folder === folder);
      const isOpen = workspace.textDocuments.some(({ uri: shown }) => shown.toString() === key);
      if (!isOpen) opened.delete(key);
      if (!isOpen || approval.status !== 'pending' || !project) continue;
      if (project.state.approvals.some(({ approval_id }) => approval_id === approval.approval_id)) continue;
      document.approval = await project.api.call(
        'check_approval',
        { approval_id: approval.approval_id },
        { retry: true },
      );
      changed.fire(uri);
    }
  }

  const lenses = (uri: Uri): CodeLens[] => {
    const document = opened.get(uri.toString());
    if (document?.approval.status !== 'pending') return [];
    const subject = { folder: document.folder, approvals: [document.approval] };
    const lens = (title: string, command: Command) =>
      new CodeLens(new Range(0, 0, 0, 0), { title, command, arguments: [clicks.issue(subject)] });
    return [
      lens(`$(check)\u00a0${l10n.t('Approve Once')}`, ids.approve),
      lens(l10n.t('Approve for the Session'), ids.approveForSession),
      lens(`$(x)\u00a0${l10n.t('Deny')}`, ids.deny),
      lens(l10n.t('Deny with a Reason…'), ids.denyWithReason),
    ];
  };

  const lensesChanged = new EventEmitter<void>();
  context.subscriptions.push(
    changed,
    lensesChanged,
    registerCommand(services, ids.reviewApproval, review),
    workspace.registerTextDocumentContentProvider(approvalScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent(uri) {
        const approval = opened.get(uri.toString())?.approval;
        return approval
          ? approvalDocument(approval, Date.now())
          : l10n.t('This request was shown in another session of the editor.');
      },
    }),
    languages.registerCodeLensProvider(
      { scheme: approvalScheme },
      { onDidChangeCodeLenses: lensesChanged.event, provideCodeLenses: document => lenses(document.uri) },
    ),
    model.onChange(() => {
      follow().then(
        () => lensesChanged.fire(),
        error => services.log.warn(error),
      );
    }),
  );
}

function uriOf(approval: Approval): Uri {
  const name = whatIsAsked(approval, 40).replaceAll(/[\\/]/g, ' ');
  return Uri.from({ scheme: approvalScheme, path: `/${name}.md`, query: approval.approval_id });
}
