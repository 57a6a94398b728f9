import * as l10n from '@vscode/l10n';
import { colors, commands, rowKinds } from '../extension/ids.ts';
import type { GuardrailRule, Guardrails, ProjectState } from '../extension/project-state.ts';
import { moment } from './durations.ts';
import { facts, type Icon, type Row } from './row.ts';
import { onOneLine } from './shown-text.ts';
import { trustWord } from './trust-word.ts';

export interface GuardrailSubject {
  readonly folder: string;
  /** A built-in rule, which people can make stricter, looser, or switch off. */
  readonly guardrail?: GuardrailRule;
  /** A place in the project's own file, from 1. */
  readonly line?: number;
}

type Severity = GuardrailRule['severity'];
type Answer = Pick<GuardrailRule, 'enabled' | 'severity' | 'min_trust'>;

/** What commands and edits are judged by: the project's own rules, and below them the built-in ones by what they are about. */
export function guardrailsRow(project: ProjectState, now: number): Row<GuardrailSubject> | undefined {
  const { folder, guardrails } = project;
  if (guardrails.rules.length === 0) return undefined;
  const categories = [...new Set(guardrails.rules.map(({ category }) => category))].sort(byWords);
  return {
    id: `guardrails ${folder}`,
    label: l10n.t('Guardrails'),
    description: String(guardrails.rules.length + guardrails.project.rules.length),
    children: [...ownRows(project), ...categories.map(category => categoryRow(project, category, now))],
    folded: true,
  };
}

function ownRows({ folder, guardrails: { project } }: ProjectState): readonly Row<GuardrailSubject>[] {
  if (project.file === 'absent') return [];
  const open = { command: commands.openGuardrails, title: l10n.t('Open') };
  const row = { id: `own guardrails ${folder}`, label: project.path, subject: { folder, line: 1 } };
  if (project.file === 'bad') {
    return [
      {
        ...row,
        description: l10n.t('has mistakes: until they are mended, a person is asked about every change'),
        icon: { name: 'error', color: colors.refused },
        children: project.problems.map(({ line, column, message }) => ({
          id: `own guardrails ${folder} ${line} ${column} ${message}`,
          label: onOneLine(message),
          description: l10n.t('line {0}, column {1}', line, column),
          icon: { name: 'error', color: colors.refused },
          kind: rowKinds.projectGuardrail,
          click: open,
          subject: { folder, line },
        })),
      },
    ];
  }
  const rules = project.rules.map(
    (rule): Row<GuardrailSubject> => ({
      id: `own guardrail ${folder} ${rule.id}`,
      label: rule.id.replace(/^project\./, ''),
      description: answerWords({ ...rule, enabled: true }),
      icon: iconOf({ ...rule, enabled: true }),
      tooltip: {
        title: rule.id,
        code: rule.looks_for,
        text: onOneLine(rule.why),
        facts: facts([l10n.t('Instead'), rule.suggestion && onOneLine(rule.suggestion)]),
      },
      kind: rowKinds.projectGuardrail,
      click: open,
      subject: { folder, line: rule.line },
    }),
  );
  const changes = project.changes.map(
    (change): Row<GuardrailSubject> => ({
      id: `own change ${folder} ${change.id}`,
      label: change.id,
      description: l10n.t('built in, here: {0}', answerWords(change)),
      icon: iconOf(change),
      kind: rowKinds.projectGuardrail,
      click: open,
      subject: { folder, line: change.line },
    }),
  );
  return [{ ...row, children: [...rules, ...changes], kind: rowKinds.projectGuardrail, click: open }];
}

function categoryRow(
  { folder, guardrails }: ProjectState,
  category: string,
  now: number,
): Row<GuardrailSubject> {
  const rules = guardrails.rules.filter(rule => rule.category === category);
  return {
    id: `guardrails ${folder} ${category}`,
    label: categoryWords(category),
    description: String(rules.length),
    children: rules.map(rule => builtinRow(folder, rule, guardrails, now)),
    folded: true,
  };
}

function builtinRow(
  folder: string,
  rule: GuardrailRule,
  { project }: Guardrails,
  now: number,
): Row<GuardrailSubject> {
  const changed = project.changes.find(({ id }) => id === rule.id);
  const inForce = changed ?? rule;
  const said = [
    answerWords(inForce),
    changed ? l10n.t('by this project') : undefined,
    !changed && rule.changed_by !== null ? l10n.t('changed by {0}', onOneLine(rule.changed_by)) : undefined,
  ].filter(part => part !== undefined);
  return {
    id: `guardrail ${folder} ${rule.id}`,
    label: rule.id,
    description: said.join(' · '),
    spoken: `${rule.id}, ${said.join(', ')}. ${onOneLine(rule.why)}`,
    icon: iconOf(inForce),
    tooltip: {
      title: rule.id,
      text: onOneLine(rule.why),
      facts: facts(
        [l10n.t('What happens'), answerWords(inForce)],
        [l10n.t('Instead'), rule.suggestion && onOneLine(rule.suggestion)],
        [
          l10n.t('Changed'),
          rule.changed_at !== null &&
            rule.changed_by !== null &&
            `${moment(rule.changed_at, now)}, ${onOneLine(rule.changed_by)}`,
        ],
        [l10n.t('Reason'), rule.change_reason && onOneLine(rule.change_reason)],
      ),
    },
    kind: rowKinds.guardrail,
    subject: { folder, guardrail: rule },
  };
}

/** What becomes of a command that the rule is about, and whom it lets go on. */
export function answerWords({ enabled, severity, min_trust }: Answer): string {
  if (!enabled) return l10n.t('switched off');
  const words = severityWords(severity);
  const passes = severity === 'block' || severity === 'approval_required';
  if (!passes || min_trust > 4) return words;
  return l10n.t('{0} · only noted from trust {1} on', words, trustWord(min_trust));
}

/** What becomes of a command, in a few words. */
export function severityWords(severity: Severity): string {
  switch (severity) {
    case 'block':
      return l10n.t('refused');
    case 'approval_required':
      return l10n.t('a person is asked');
    case 'warn':
      return l10n.t('passes with a warning');
    case 'log':
      return l10n.t('passes and is noted');
  }
}

function iconOf({ enabled, severity }: Answer): Icon {
  if (!enabled) return { name: 'circle-outline' };
  if (severity === 'block') return { name: 'circle-slash', color: colors.refused };
  if (severity === 'approval_required') return { name: 'question', color: colors.asking };
  return { name: 'eye' };
}

function byWords(one: string, other: string): number {
  return categoryWords(one).localeCompare(categoryWords(other));
}

/** What the rules of a category are about; its own name for one that this version does not know. */
function categoryWords(category: string): string {
  switch (category) {
    case 'git':
      return l10n.t('Commits and work in git');
    case 'branch_deletion':
      return l10n.t('Deleting branches');
    case 'file_deletion':
      return l10n.t('Deleting files');
    case 'database':
      return l10n.t('Databases');
    case 'migration':
      return l10n.t('Migrations');
    case 'credentials':
      return l10n.t('Secrets');
    case 'deployment':
      return l10n.t('Deployments and clouds');
    case 'remote_code':
      return l10n.t('Code from elsewhere');
    case 'exfiltration':
      return l10n.t('Sending files away');
    case 'system':
      return l10n.t('The machine');
    case 'self_protection':
      return l10n.t('Interlock itself');
    case 'unreadable':
      return l10n.t('What cannot be read');
    default:
      return category.replaceAll('_', ' ');
  }
}
