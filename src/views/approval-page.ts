import * as l10n from '@vscode/l10n';
import type { Approval } from '../extension/project-state.ts';
import type { Answers, ApprovalPage } from './approval-messages.ts';
import { isWaiting, whatIsAsked } from './approval-words.ts';
import { changedLines } from './changed-lines.ts';
import { decisionSections } from './decision-sections.ts';
import { moment } from './durations.ts';
import type { Block, Page, PastEvent, Section, Step, Tone } from './page.ts';
import { facts } from './row.ts';
import { onOneLine, withItsLines } from './shown-text.ts';

/** What an answer is asked about. */
export interface AskedState {
  /** Requests for the same thing, which one answer serves. Never empty. */
  readonly approvals: readonly [Approval, ...Approval[]];
  readonly mayDecide: boolean;
  readonly hookWaitSeconds: number;
  /** Files in it are told from there on. */
  readonly worktree: string | null;
  /** What this agent asked for and did before, the newest first; undefined until it is read. */
  readonly past: readonly PastEvent[] | undefined;
  /** How many other requests wait. */
  readonly others: number;
  readonly now: number;
}

const spans = [5, 15, 60, 240];

export function approvalPage(state: AskedState): ApprovalPage {
  const { approvals, mayDecide, others } = state;
  const [approval] = approvals;
  const isPending = approval.status === 'pending';
  return {
    request: approval.approval_id,
    page: {
      heading: headingOf(approvals),
      ...standingOf(approval, state.now),
      ...deadlineOf(state),
      sections: sectionsOf(state),
    },
    answers: isPending && mayDecide ? answersTo(approval) : undefined,
    next: isPending || others === 0 ? undefined : nextOf(others),
  };
}

function headingOf(approvals: AskedState['approvals']): string {
  const [{ agent_id }] = approvals;
  return approvals.length === 1
    ? l10n.t('{0} asks for approval', onOneLine(agent_id))
    : l10n.t('{0} asks for approval, {1} times', onOneLine(agent_id), approvals.length);
}

function nextOf(others: number): string {
  return others === 1
    ? l10n.t('Show the other one that waits')
    : l10n.t('Show the next of {0} that wait', others);
}

function answersTo({ agent_id, filed_by }: Approval): Answers {
  return {
    label: l10n.t('Your answer'),
    reason: l10n.t('Reason'),
    reasonHint: l10n.t('Goes back to {0}. Say what it should do instead.', onOneLine(agent_id)),
    approve: l10n.t('Approve Once'),
    approveForSession: l10n.t('Approve for the Session'),
    approveFor: l10n.t('Approve for'),
    // Where no rule stands behind the request there is nothing that a grant could cover.
    spans: filed_by === 'corridor' ? spans.map(minutes => ({ minutes, label: spanWord(minutes) })) : [],
    deny: l10n.t('Deny'),
  };
}

function spanWord(minutes: number): string {
  if (minutes < 60) return l10n.t('{0} minutes', minutes);
  return minutes === 60 ? l10n.t('1 hour') : l10n.t('{0} hours', minutes / 60);
}

function deadlineOf({ approvals: [approval], hookWaitSeconds, now }: AskedState): Pick<Page, 'deadline'> {
  if (approval.status !== 'pending') return {};
  return isWaiting(approval, hookWaitSeconds, now)
    ? {
        deadline: {
          label: l10n.t('The agent waits'),
          until: Date.parse(approval.requested_at) + hookWaitSeconds * 1000,
        },
      }
    : { deadline: { label: l10n.t('Expires in'), until: Date.parse(approval.expires_at) } };
}

function standingOf(
  { status, decided, close_reason }: Approval,
  now: number,
): { readonly standing: string; readonly tone: Tone } {
  if (status === 'pending') return { standing: l10n.t('Waits for an answer'), tone: 'asking' };
  const tone = status === 'denied' ? 'refused' : decided ? 'clear' : 'plain';
  const words = decided
    ? `${decided.by}, ${moment(decided.at, now)}${decided.reason ? `: ${onOneLine(decided.reason)}` : ''}`
    : close_reason && onOneLine(close_reason);
  return { standing: words ? `${statusWord(status)} · ${words}` : statusWord(status), tone };
}

function statusWord(status: Approval['status']): string {
  switch (status) {
    case 'pending':
      return l10n.t('Waits');
    case 'approved':
      return l10n.t('Approved');
    case 'denied':
      return l10n.t('Denied');
    case 'consumed':
      return l10n.t('Approved and used');
    case 'expired':
      return l10n.t('Not answered, or not used, in time');
    case 'cancelled':
      return l10n.t('Withdrawn');
  }
}

function sectionsOf(state: AskedState): readonly Section[] {
  const [approval] = state.approvals;
  return [
    section('what', l10n.t('What would be done'), contentOf(approval, state.worktree)),
    section('steps', l10n.t('Step by step'), stepsOf(approval)),
    section('why', l10n.t('Why you are asked'), reasonsOf(approval)),
    ...decisionSections(approval.policy),
    section('says', l10n.t('What the agent says'), textOf(approval.justification)),
    section('who', l10n.t('Who and where'), whoOf(state)),
    section('past', l10n.t('What this agent did before'), pastOf(state)),
    section('bound', l10n.t('What an approval holds for'), boundTo(approval)),
  ].filter(({ blocks }) => blocks.length > 0);
}

function section(id: string, title: string, blocks: readonly Block[]): Section {
  return { id, title, blocks };
}

function textOf(text: string | null): readonly Block[] {
  return text ? [{ kind: 'text', text: withItsLines(text) }] : [];
}

function contentOf(approval: Approval, worktree: string | null): readonly Block[] {
  const { summary } = approval;
  if (summary === null) {
    return [
      { kind: 'text', text: l10n.t('The content is shown to operators only. {0}', whatIsAsked(approval)) },
    ];
  }
  const { command, paths, domains, text, replaces, truncated } = summary;
  const touched = [
    ...paths.map(({ path, access }) => ({
      name: accessWord(access),
      value: onOneLine(below(worktree, path)),
    })),
    ...domains.map(domain => ({ name: l10n.t('Fetches from'), value: onOneLine(domain) })),
  ];
  return [
    ...(command
      ? [{ kind: 'code' as const, label: l10n.t('The command'), text: withItsLines(command.text) }]
      : []),
    ...(touched.length > 0 ? [{ kind: 'facts' as const, facts: touched }] : []),
    ...changeOf(text, replaces),
    ...(truncated
      ? [
          {
            kind: 'text' as const,
            tone: 'asking' as const,
            text: l10n.t('Not everything is shown: it is too long. The approval holds for all of it.'),
          },
        ]
      : []),
  ];
}

function below(worktree: string | null, path: string): string {
  return worktree !== null && path.startsWith(`${worktree}/`) ? path.slice(worktree.length + 1) : path;
}

function accessWord(access: 'read' | 'write' | 'delete'): string {
  switch (access) {
    case 'read':
      return l10n.t('Reads');
    case 'write':
      return l10n.t('Writes');
    case 'delete':
      return l10n.t('Deletes');
  }
}

function changeOf(text: string | null, replaces: string | null): readonly Block[] {
  if (replaces !== null) {
    return [{ kind: 'diff', label: l10n.t('The change'), lines: changedLines(replaces, text ?? '') }];
  }
  return text === null ? [] : [{ kind: 'code', label: l10n.t('The content'), text: withItsLines(text) }];
}

function stepsOf({ summary, asks }: Approval): readonly Block[] {
  const steps = (summary?.steps ?? []).map(
    ({ by, does }): Step => ({
      command: onOneLine(by),
      does: does.map(onOneLine),
      isMinded: asks.some(({ matched_text }) => matched_text === by),
    }),
  );
  return steps.length > 0
    ? [{ kind: 'steps', label: l10n.t('The commands in their order, with what each does'), steps }]
    : [];
}

function reasonsOf({ asks }: Approval): readonly Block[] {
  if (asks.length === 0) return [];
  const findings = asks.map(({ effect, rule, why, suggestion, matched_text }) => ({
    effect: onOneLine(effect),
    rule: onOneLine(rule),
    details: facts(
      [l10n.t('Found in'), matched_text && onOneLine(matched_text)],
      [l10n.t('Why it matters'), why && onOneLine(why)],
      [l10n.t('Safer'), suggestion && onOneLine(suggestion)],
    ),
  }));
  return [{ kind: 'findings', findings }];
}

function whoOf({ approvals: [approval], now }: AskedState): readonly Block[] {
  const { agent_id, agent_type, delegated_from, summary, requested_at, expires_at, session_id } = approval;
  return [
    {
      kind: 'facts',
      facts: facts(
        [l10n.t('Agent'), `${onOneLine(agent_id)} (${onOneLine(agent_type)})`],
        [l10n.t('Acts for'), delegated_from && onOneLine(delegated_from)],
        [l10n.t('Folder'), summary?.command && onOneLine(summary.command.cwd)],
        [l10n.t('Asked'), moment(requested_at, now)],
        [l10n.t('Can be answered until'), moment(expires_at, now)],
        [l10n.t('Session'), session_id],
      ),
    },
  ];
}

function pastOf({ past }: AskedState): readonly Block[] {
  if (past === undefined) return [{ kind: 'text', text: l10n.t('Reading the record…') }];
  if (past.length === 0) return [{ kind: 'text', text: l10n.t('Nothing that is notable.') }];
  return [{ kind: 'events', label: l10n.t('The newest first'), events: past }];
}

function boundTo({ operation, resource, content_hash, approval_id }: Approval): readonly Block[] {
  return [
    {
      kind: 'facts',
      facts: [
        { name: l10n.t('Operation'), value: operation },
        { name: l10n.t('Resource'), value: `${resource.type} ${onOneLine(resource.id)}` },
        { name: l10n.t('SHA-256 of the content'), value: content_hash },
        { name: l10n.t('Number of the request'), value: approval_id },
      ],
    },
  ];
}
