import * as l10n from '@vscode/l10n';
import { commands, rowKinds } from '../extension/ids.ts';
import type { AuditEntry, ProjectState } from '../extension/project-state.ts';
import { projectsOf, type WindowState } from '../extension/window-state.ts';
import { isNotable, type Topic, topicsOf } from './activity-topics.ts';
import { type Account, teller } from './activity-words.ts';
import { ago, moment } from './durations.ts';
import { facts, type Row } from './row.ts';
import { onOneLine } from './shown-text.ts';

export interface ActivitySubject {
  readonly folder: string;
  /** Undefined for the row that reads older records. */
  readonly entry?: AuditEntry;
}

/** The record, newest first. An empty filter shows what is notable. */
export function activityRows(
  state: WindowState,
  filter: ReadonlySet<Topic>,
  now: number,
): readonly Row<ActivitySubject>[] {
  return projectsOf(state).flatMap(project => {
    const tell = teller(project);
    const entries = project.activity.filter(entry => passes(entry, filter));
    return [
      ...entries.map(entry => entryRow(project, entry, tell(entry), now)),
      ...(project.hasOlderActivity ? [olderRow(project)] : []),
    ];
  });
}

function passes(entry: AuditEntry, filter: ReadonlySet<Topic>): boolean {
  return filter.size === 0 ? isNotable(entry) : topicsOf(entry).some(topic => filter.has(topic));
}

function entryRow(
  project: ProjectState,
  entry: AuditEntry,
  { sentence, icon }: Account,
  now: number,
): Row<ActivitySubject> {
  const passed = ago(entry.recorded_at, now);
  return {
    id: `record ${project.project?.project_id ?? ''} ${entry.sequence}`,
    label: sentence,
    description: passed,
    spoken: `${sentence}, ${passed}`,
    icon,
    tooltip: {
      title: sentence,
      facts: facts(
        [l10n.t('Operation'), entry.operation],
        [l10n.t('Outcome'), entry.code === null ? entry.outcome : `${entry.outcome} (${entry.code})`],
        [l10n.t('Reason'), typeof entry.facts.reason === 'string' && onOneLine(entry.facts.reason)],
        [l10n.t('Caller'), `${onOneLine(entry.caller.name)} (${entry.caller.kind})`],
        [l10n.t('Acts for'), entry.delegated_from && onOneLine(entry.delegated_from)],
        [l10n.t('About'), entry.resource && `${entry.resource.type} ${onOneLine(entry.resource.id)}`],
        [l10n.t('Through'), entry.door],
        [l10n.t('At'), moment(entry.recorded_at, now)],
        [l10n.t('Record'), `${entry.sequence} · ${entry.hash.slice(0, 16)}`],
      ),
    },
    kind: rowKinds.activity,
    subject: { folder: project.folder, entry },
  };
}

function olderRow(project: ProjectState): Row<ActivitySubject> {
  return {
    id: `older ${project.folder}`,
    label: l10n.t('Show older records'),
    icon: { name: 'history' },
    click: { command: commands.showMoreActivity, title: l10n.t('Show older records') },
    subject: { folder: project.folder },
  };
}
