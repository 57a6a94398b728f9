import { commands, l10n, type QuickPickItem, window } from 'vscode';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { whatIsAsked, whyAsked } from '../../views/approval-words.ts';
import { type ApprovalSubject, groups } from '../../views/approvals-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { Input } from '../api.ts';
import { commands as ids, views } from '../ids.ts';
import type { Services } from '../services.ts';
import { projectsOf } from '../window-state.ts';

export type Decision = Omit<Input<'decide_approval'>, 'approval_id'>;

/** Approving and denying: from a row, from a link in a notification or document, or from the palette by choosing. */
export function decisionCommands(services: Services, tree: RowTree<ApprovalSubject>) {
  const { clicks } = services;
  const subjectOf = (argument: unknown) => tree.subjectOf(argument) ?? clicks.redeem(argument);

  /** An argument that stands for nothing that was shown leads to a choice, never to a decision. */
  const chosen = async (argument: unknown, title: string) =>
    subjectOf(argument) ?? (await choose(services, title));

  async function decide(argument: unknown, title: string, decision: Decision): Promise<void> {
    const subject = await chosen(argument, title);
    if (subject) await decideAll(services, subject, decision);
  }

  async function denyWithReason(argument: unknown): Promise<void> {
    const subject = await chosen(argument, l10n.t('Deny with a Reason'));
    const [approval] = subject?.approvals ?? [];
    if (!subject || !approval) return;
    const reason = await window.showInputBox({
      title: l10n.t('Deny: {0}', whatIsAsked(approval, 80)),
      prompt: l10n.t('The reason goes back to {0}.', approval.agent_id),
      placeHolder: l10n.t('What should it do instead?'),
      validateInput: text => (text.length > 1000 ? l10n.t('At most 1,000 characters.') : undefined),
    });
    if (reason === undefined) return;
    await decideAll(services, subject, { decision: 'denied', ...(reason.trim() ? { reason } : {}) });
  }

  return {
    [ids.approve]: (argument: unknown) => decide(argument, l10n.t('Approve Once'), { decision: 'approved' }),
    [ids.approveForSession]: (argument: unknown) =>
      decide(argument, l10n.t('Approve for the Session'), { decision: 'approved', scope: 'session' }),
    [ids.deny]: (argument: unknown) => decide(argument, l10n.t('Deny'), { decision: 'denied' }),
    [ids.denyWithReason]: denyWithReason,
    [ids.showApprovals]: () => commands.executeCommand(`${views.approvals}.focus`),
  };
}

/** Decides one after the other, so that the first refusal is told and the rest is left as it is. */
export async function decideAll(
  services: Services,
  subject: ApprovalSubject,
  decision: Decision,
): Promise<void> {
  const project = services.model.projects.find(({ state }) => state.folder === subject.folder);
  if (!project) throw noProject();
  for (const { approval_id } of subject.approvals) {
    await project.api.call('decide_approval', { approval_id, ...decision });
  }
}

interface SubjectItem extends QuickPickItem {
  readonly subject: ApprovalSubject;
}

async function choose({ model }: Services, title: string): Promise<ApprovalSubject | undefined> {
  const items = projectsOf(model.state).flatMap(({ folder, approvals }) =>
    groups(approvals).map((group): SubjectItem => itemOf({ folder, approvals: group })),
  );
  if (items.length === 0) {
    await window.showInformationMessage(l10n.t('No approval waits for you.'));
    return undefined;
  }
  return (await window.showQuickPick(items, { title, matchOnDetail: true }))?.subject;
}

function itemOf(subject: ApprovalSubject): SubjectItem {
  const [first] = subject.approvals;
  if (!first) throw new Error('a group of approvals is never empty');
  const detail = whyAsked(first);
  return {
    subject,
    label: whatIsAsked(first),
    description: first.agent_id,
    ...(detail === undefined ? {} : { detail }),
  };
}

function noProject(): InterlockError {
  return new InterlockError(
    'coordinator_unavailable',
    l10n.t('The project of this request is not open here any more.'),
    {
      next: l10n.t('Open its folder, and decide again.'),
    },
  );
}
