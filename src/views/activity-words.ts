import * as l10n from '@vscode/l10n';
import type { AuditEntry, ProjectState } from '../extension/project-state.ts';
import { iconOf } from './activity-icon.ts';
import { plainSentence } from './activity-plain-words.ts';
import { harnessTitle, hookSentence } from './hook-words.ts';
import type { Icon } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';
import { taskTitle } from './work-words.ts';

/** A record as one sentence, and as a sign. */
export interface Account {
  readonly sentence: string;
  readonly icon: Icon;
}

/** Tells records of one project. What a decision was about stands in the record of its request. */
export function teller({ activity, project, work }: ProjectState): (entry: AuditEntry) => Account {
  const requests = new Map<unknown, string>();
  for (const { operation, facts } of activity) {
    const about = facts.for_resource;
    if (operation === 'request_approval' && isResource(about)) requests.set(facts.approval_id, about.id);
  }
  const tasks = new Map<unknown, string>(
    [...work.open, ...work.ended].map(task => [task.task_id, `#${task.number} ${taskTitle(task, 60)}`]),
  );
  const scope: Scope = { worktree: project?.worktree ?? undefined, requests, tasks };
  return entry => ({ sentence: sentenceOf(entry, scope), icon: iconOf(entry) });
}

interface Scope {
  readonly worktree: string | undefined;
  /** What was asked for, by the approval's id. */
  readonly requests: ReadonlyMap<unknown, string>;
  /** The number and title of a task, by its id. */
  readonly tasks: ReadonlyMap<unknown, string>;
}

function sentenceOf(entry: AuditEntry, scope: Scope): string {
  const who = onOneLine(entry.caller.name);
  const what = entry.resource === null ? '' : shown(entry.resource.id, scope);
  if (entry.outcome === 'denied') return denial(entry, who, what);
  if (entry.outcome === 'refused') return refusal(entry, who, what);
  switch (entry.operation) {
    case 'acquire_lock':
      return l10n.t('{0} locked {1}', who, what);
    case 'release_lock':
      return l10n.t('{0} released {1}', who, what);
    case 'extend_lock':
      return l10n.t('{0} keeps {1} longer', who, what);
    case 'force_release_lock':
      return l10n.t('{0} released {1} by force', who, what);
    case 'register_session':
      return l10n.t('{0} joined', factOf(entry, 'agent_id') ?? who);
    case 'end_session':
      return l10n.t('{0} left', factOf(entry, 'agent_id') ?? who);
    case 'check_tool_use':
      return l10n.t('{0} goes on: {1}', who, what);
    case 'request_approval':
      return l10n.t('{0} asks: {1}', who, asked(entry, scope));
    case 'decide_approval':
      return decision(entry, who, scope);
    case 'use_approval':
      return l10n.t('{0} used the approval: {1}', who, asked(entry, scope));
    case 'expire_approval':
      return l10n.t('Nobody answered {0}: {1}', onOneLine(entry.agent_id ?? ''), asked(entry, scope));
    case 'cancel_approval':
      return l10n.t('No longer asked: {0}', asked(entry, scope));
    case 'submit_work':
      return l10n.t('{0} left a task: {1}', who, taskOf(entry, scope));
    case 'get_work':
      return l10n.t('{0} took a task: {1}', who, taskOf(entry, scope));
    case 'complete_work':
      return factOf(entry, 'status') === 'failed'
        ? l10n.t('{0} could not do a task: {1}', who, taskOf(entry, scope))
        : l10n.t('{0} completed a task: {1}', who, taskOf(entry, scope));
    case 'cancel_work':
      return l10n.t('{0} cancelled a task: {1}', who, taskOf(entry, scope));
    case 'release_work':
      return l10n.t('{0} let a task go on: {1}', who, taskOf(entry, scope));
    case 'reprioritise_work':
      return l10n.t('{0} changed the priority of a task: {1}', who, taskOf(entry, scope));
    case 'send_message':
      return l10n.t('{0} wrote to {1}', who, factOf(entry, 'to_agent') ?? what);
    case 'read_messages':
      return l10n.t('{0} read its messages', who);
    case 'revoke_grant':
      return l10n.t('{0} revoked what a session was allowed', who);
    case 'request_permission':
      return l10n.t('{0} was permitted: {1}', who, wordsOf(factOf(entry, 'for_operation') ?? ''));
    case 'configure_project':
      return l10n.t('{0} changed settings', who);
    case 'save_network_rule':
      return l10n.t('{0} changed whether agents may reach {1}', who, ruleDomain(entry) ?? what);
    case 'delete_network_rule':
      return l10n.t('{0} deleted the network rule about {1}', who, ruleDomain(entry) ?? what);
    case 'report_hook_file':
      return hookSentence(factOf(entry, 'change'), {
        who,
        title: harnessTitle(factOf(entry, 'harness') ?? ''),
        file: shown(factOf(entry, 'path') ?? what, scope),
      });
    case 'configure_guardrail':
      return l10n.t('{0} changed the guardrail {1}', who, what);
    case 'save_profile':
      return l10n.t('{0} changed the profile {1}', who, factOf(entry, 'profile') ?? what);
    case 'assign_profile':
      return assignment(entry, who);
    case 'enroll_operator':
      return l10n.t('An operator was enrolled');
    default:
      return (
        plainSentence(entry.operation, who, what) ?? `${who}: ${wordsOf(entry.operation)} ${what}`.trim()
      );
  }
}

function decision(entry: AuditEntry, who: string, scope: Scope): string {
  const sentence =
    factOf(entry, 'decision') === 'denied'
      ? l10n.t('{0} denied: {1}', who, asked(entry, scope))
      : l10n.t('{0} approved: {1}', who, asked(entry, scope));
  const reason = factOf(entry, 'reason');
  return reason === undefined ? sentence : `${sentence} — ${shortened(reason, 120)}`;
}

function assignment(entry: AuditEntry, who: string): string {
  const agent = factOf(entry, 'agent_id') ?? l10n.t('a session');
  const profile = factOf(entry, 'after');
  return profile === undefined
    ? l10n.t('{0} took back the profile of {1}', who, agent)
    : l10n.t('{0} gave {1} the profile {2}', who, agent, profile);
}

function ruleDomain({ facts: { rule } }: AuditEntry): string | undefined {
  const isRule = typeof rule === 'object' && rule !== null && 'domain' in rule;
  return isRule && typeof rule.domain === 'string' ? onOneLine(rule.domain) : undefined;
}

/** What a request asked for. Where its record is not at hand, whose request it was. */
function asked(entry: AuditEntry, scope: Scope): string {
  const about = entry.facts.for_resource;
  const id = isResource(about) ? about.id : scope.requests.get(entry.facts.approval_id);
  if (id !== undefined) return shown(id, scope);
  return l10n.t('a request of {0}', factOf(entry, 'requester_agent') ?? onOneLine(entry.agent_id ?? ''));
}

/** The task that a record is about; its kind where the window does not know more. */
function taskOf(entry: AuditEntry, { tasks }: Scope): string {
  const id = entry.facts.task_id ?? entry.resource?.id;
  return tasks.get(id) ?? factOf(entry, 'task_type') ?? String(id);
}

function refusal(entry: AuditEntry, who: string, what: string): string {
  return entry.code === 'locked_by_other'
    ? l10n.t('{0} found {1} locked', who, what)
    : l10n.t('{0} could not {1} {2}: {3}', who, wordsOf(entry.operation), what, wordsOf(entry.code ?? ''));
}

function denial(entry: AuditEntry, who: string, what: string): string {
  switch (entry.code) {
    case 'approval_pending':
      return l10n.t('{0} waits for an answer: {1}', who, what);
    case 'approval_denied':
      return l10n.t('{0} was told no: {1}', who, what);
    case 'approval_expired':
      return l10n.t('{0} got no answer: {1}', who, what);
    case 'locked_by_other':
    case 'stale_fence':
      return l10n.t('{0} was kept out: {1}', who, what);
    default:
      return l10n.t(
        '{0} was stopped: {1}',
        who,
        effectOf(entry) ?? policyReason(entry) ?? `${wordsOf(entry.operation)} ${what}`,
      );
  }
}

/** What the policies said, where it was they who refused. */
function policyReason({ step, decision }: AuditEntry): string | undefined {
  if (step !== 'authorize' || typeof decision !== 'object' || decision === null) return undefined;
  const reason = 'reason' in decision ? decision.reason : undefined;
  return typeof reason === 'string' ? shortened(onOneLine(reason), 120) : undefined;
}

/** What the first finding of the guard said that the call would do. */
function effectOf({ findings }: AuditEntry): string | undefined {
  for (const finding of findings) {
    if (typeof finding !== 'object' || finding === null || !('effect' in finding)) continue;
    if (typeof finding.effect === 'string') return shortened(onOneLine(finding.effect), 120);
  }
  return undefined;
}

/** Files of the worktree are told as everywhere else: below its root. */
function shown(id: string, { worktree }: Scope): string {
  const relative =
    worktree !== undefined && id.startsWith(`${worktree}/`) ? id.slice(worktree.length + 1) : id;
  return shortened(onOneLine(relative), 80);
}

function isResource(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

/** `force_release_lock` as words. Names of operations are public and the same in every language. */
function wordsOf(name: string): string {
  return name.replaceAll('_', ' ');
}

function factOf({ facts }: AuditEntry, name: string): string | undefined {
  const value = facts[name];
  return typeof value === 'string' ? onOneLine(value) : undefined;
}
