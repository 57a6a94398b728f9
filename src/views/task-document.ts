import * as l10n from '@vscode/l10n';
import type { Output } from '../extension/api.ts';
import { moment } from './durations.ts';
import { fenced } from './fenced.ts';
import { onOneLine, withItsLines } from './shown-text.ts';
import { statusWord, whyHeld } from './work-words.ts';

type WholeTask = Output<'get_task'>;

/** A task in full, with its input and its result, as a text to read. */
export function taskDocument(task: WholeTask, now: number): string {
  return [
    `# ${l10n.t('Task {0} · {1}', `#${task.number}`, onOneLine(task.task_type))}`,
    standing(task, now),
    ...section(l10n.t('What is to be done'), withItsLines(task.description)),
    ...section(l10n.t('Why it is held'), heldBecause(task)),
    ...section(l10n.t('Why it did not complete'), task.failure && onOneLine(task.failure.message)),
    ...section(l10n.t('Result'), asJson(task.result)),
    ...section(l10n.t('Input'), asJson(task.input_data)),
    ...section(l10n.t('Depends on'), dependencies(task)),
    ...section(l10n.t('Who and when'), peopleOf(task, now)),
    '',
  ].join('\n\n');
}

function section(title: string, text: string | null | undefined): readonly string[] {
  return text ? [`## ${title}`, text] : [];
}

function standing(task: WholeTask, now: number): string {
  const { status, ended_at, ended_by, claimed_by, lease_until, waits_for } = task;
  if (ended_at !== null) {
    return ended_by === null
      ? l10n.t('{0}, {1}', capitalized(statusWord(status)), moment(ended_at, now))
      : l10n.t(
          '{0} by {1}, {2}',
          capitalized(statusWord(status)),
          onOneLine(ended_by),
          moment(ended_at, now),
        );
  }
  if (claimed_by !== null && lease_until !== null) {
    return l10n.t('{0} has it; the claim holds until {1}.', onOneLine(claimed_by), moment(lease_until, now));
  }
  if (task.held) return l10n.t('Held: nobody gets it before somebody has decided.');
  if (waits_for > 0) return l10n.t('Waits for {0} of the tasks below.', waits_for);
  return l10n.t('Ready for the next worker that fits.');
}

function heldBecause(task: WholeTask): string | undefined {
  if (!task.held) return undefined;
  const findings = task.held.findings.map(({ rule, effect, matched_text, why }) =>
    [
      `**${onOneLine(effect)}** (${onOneLine(rule)})`,
      matched_text && `> ${onOneLine(matched_text)}`,
      why && onOneLine(why),
    ]
      .filter(part => part)
      .join('\n\n'),
  );
  return findings.length > 0 ? findings.join('\n\n') : capitalized(whyHeld(task) ?? '');
}

function asJson(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : fenced(JSON.stringify(value, null, 2), 'json');
}

function dependencies({ depends_on, dependants }: WholeTask): string | undefined {
  const lines = depends_on.map(({ task_id, task_type, status, waived }) => {
    const state = waived ? l10n.t('{0}, and no longer waited for', statusWord(status)) : statusWord(status);
    return `- ${onOneLine(task_type)}: ${state} (${task_id})`;
  });
  if (dependants.length > 0) lines.push('', l10n.t('Tasks that wait for it: {0}', dependants.join(', ')));
  return lines.length > 0 ? lines.join('\n') : undefined;
}

function peopleOf(task: WholeTask, now: number): string {
  const { capabilities, min_trust_level } = task.agent_requirements;
  return [
    l10n.t('Submitted by {0}, {1}', onOneLine(task.submitted_by), moment(task.submitted_at, now)),
    task.delegated_from && l10n.t('Acts for: {0}', onOneLine(task.delegated_from)),
    task.cleared_by && l10n.t('Answers for its text: {0}', onOneLine(task.cleared_by)),
    l10n.t('Priority: {0} (1 goes first, 10 last)', task.priority),
    l10n.t('Attempts: {0} of {1}', task.attempts, task.max_attempts),
    task.deadline && l10n.t('Deadline: {0}', moment(task.deadline, now)),
    capabilities.length > 0 && l10n.t('Needs: {0}', onOneLine(capabilities.join(', '))),
    min_trust_level > 0 && l10n.t('Needs trust {0}', min_trust_level),
    task.exclude_submitter && l10n.t('Not for whoever submitted it'),
    l10n.t('Task: {0}', task.task_id),
  ]
    .filter(line => typeof line === 'string')
    .map(line => `- ${line}`)
    .join('\n');
}

function capitalized(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
