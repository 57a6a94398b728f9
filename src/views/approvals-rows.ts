import * as l10n from '@vscode/l10n';
import { colors, commands, rowKinds } from '../extension/ids.ts';
import type { Approval, ProjectState } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { isSameRequest, timeLeft, whatIsAsked, whyAsked } from './approval-words.ts';
import { moment } from './durations.ts';
import { facts, type Row, type Tooltip } from './row.ts';
import { onOneLine, withItsLines } from './shown-text.ts';

/** What the commands of the view act on: requests of one project that one answer serves. */
export interface ApprovalSubject {
  readonly folder: string;
  readonly approvals: readonly Approval[];
}

/** What waits for a person, the longest first, since agents stand still meanwhile. Identical requests share a row. */
export function approvalRows(state: WindowState, now: number): readonly Row<ApprovalSubject>[] {
  return projectsOf(state).flatMap(project =>
    groups(project.approvals).map(group => groupRow(project, group, now)),
  );
}

/** How many answers are asked of the person: identical requests count as one. */
export function countApprovals(state: WindowState): number {
  return projectsOf(state).reduce((count, { approvals }) => count + groups(approvals).length, 0);
}

/** The oldest first, identical ones together. */
export function groups(approvals: readonly Approval[]): readonly (readonly Approval[])[] {
  const found: Approval[][] = [];
  for (const approval of approvals.toSorted((a, b) => a.requested_at.localeCompare(b.requested_at))) {
    const group = found.find(([first]) => first !== undefined && isSameRequest(first, approval));
    if (group) group.push(approval);
    else found.push([approval]);
  }
  return found;
}

function groupRow(project: ProjectState, group: readonly Approval[], now: number): Row<ApprovalSubject> {
  const [first, ...others] = group as readonly [Approval, ...Approval[]];
  if (others.length === 0) return approvalRow(project, first, now, whatIsAsked(first));
  return {
    ...approvalRow(project, first, now, whatIsAsked(first)),
    id: `group ${first.approval_id}`,
    description: l10n.t('{0} · {1} requests', timeLeft(first, waitOf(project), now), group.length),
    kind: rowKinds.approvalGroup,
    subject: { folder: project.folder, approvals: group },
    children: group.map(approval => approvalRow(project, approval, now, onOneLine(approval.agent_id))),
  };
}

function approvalRow(
  project: ProjectState,
  approval: Approval,
  now: number,
  label: string,
): Row<ApprovalSubject> {
  const agent = onOneLine(approval.agent_id);
  const left = timeLeft(approval, waitOf(project), now);
  const description = label === agent ? left : `${left} · ${agent}`;
  return {
    id: `approval ${approval.approval_id}`,
    label,
    description,
    spoken: l10n.t(
      '{0} asks for approval: {1}. {2}. {3}',
      agent,
      whatIsAsked(approval),
      whyAsked(approval) ?? '',
      left,
    ),
    tooltip: approvalTooltip(approval, now),
    icon: { name: 'circle-filled', color: colors.asking },
    kind: rowKinds.approval,
    click: { command: commands.reviewApproval, title: l10n.t('Review') },
    subject: { folder: project.folder, approvals: [approval] },
  };
}

function waitOf({ project }: ProjectState): number {
  return project?.settings['approvals.hookWaitSeconds'] ?? 0;
}

function approvalTooltip(approval: Approval, now: number): Tooltip {
  const { summary, asks, agent_id, agent_type, delegated_from, justification } = approval;
  return {
    title: l10n.t('{0} asks for approval', onOneLine(agent_id)),
    code: summary?.command ? withItsLines(summary.command.text) : whatIsAsked(approval),
    ...(whyAsked(approval) === undefined ? {} : { text: whyAsked(approval) }),
    facts: facts(
      [l10n.t('Why it matters'), asks[0]?.why && onOneLine(asks[0].why)],
      [l10n.t('Safer'), asks[0]?.suggestion && onOneLine(asks[0].suggestion)],
      [l10n.t('Agent says'), justification && onOneLine(justification)],
      [l10n.t('Agent'), onOneLine(agent_type)],
      [l10n.t('Acts for'), delegated_from && onOneLine(delegated_from)],
      [l10n.t('Folder'), summary?.command && onOneLine(summary.command.cwd)],
      [l10n.t('Asked'), moment(approval.requested_at, now)],
      [l10n.t('Expires'), moment(approval.expires_at, now)],
    ),
  };
}
