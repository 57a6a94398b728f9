import { env, l10n, ProgressLocation, window } from 'vscode';
import type { ActivitySubject } from '../../views/activity-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { Output } from '../api.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';
import { projectsOf } from '../window-state.ts';

/** Proving the record, and taking one entry of it elsewhere. */
export function auditCommands(services: Services, activity: RowTree<ActivitySubject>) {
  const { model } = services;

  async function verify(): Promise<void> {
    const shown = new Set(projectsOf(model.state).map(({ folder }) => folder));
    const wanted = model.projects.filter(({ state }) => shown.has(state.folder));
    const progress = { location: ProgressLocation.Window, title: l10n.t('Verifying the audit log') };
    await window.withProgress(progress, async () => {
      for (const { api, state } of wanted) {
        const answer = await api.call('verify_audit', {}, { retry: true });
        tell(state.project?.name ?? state.folder, answer);
      }
    });
  }

  async function copy(argument: unknown): Promise<void> {
    const entry = activity.subjectOf(argument)?.entry;
    if (entry) await env.clipboard.writeText(JSON.stringify(entry, null, 2));
  }

  return {
    [ids.verifyAudit]: verify,
    [ids.copyActivityRecord]: copy,
  };
}

function tell(name: string, { status, records, first_bad }: Output<'verify_audit'>): void {
  if (status === 'ok') {
    window.showInformationMessage(
      l10n.t('The audit log of {0} is whole. Records verified: {1}.', name, records),
    );
    return;
  }
  window.showErrorMessage(
    l10n.t(
      'The audit log of {0} was tampered with: record {1} was {2}. The {3} records before it are good.',
      name,
      first_bad?.sequence ?? '?',
      first_bad?.kind ?? '?',
      records,
    ),
  );
}
