import path from 'node:path';
import { l10n, type QuickPickItem, Range, Uri, window, workspace } from 'vscode';
import { type GuardrailSubject, severityWords } from '../../views/guardrail-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { Input } from '../api.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';
import { askReason } from './ask-reason.ts';
import { chooseProject } from './choose-project.ts';

type Change = Pick<Input<'configure_guardrail'>, 'enabled' | 'severity'>;

/** As configure_guardrail accepts it. */
const longestReason = 500;

/** A file with one rule, for a project that has none. */
const beginning = `# What agents may not do here, beside what is built in. It is in force as soon as it is saved.
version: 1
rules:
  - id: no-releases
    argv: npm run release
    severity: approval_required # or block, warn, log
    why: Releases are made by the pipeline.
    suggestion: Tag the commit.
`;

/** Changing how strict a built-in rule is, and going to the project's own. */
export function guardrailCommands(services: Services, tree: RowTree<unknown>) {
  const { model } = services;
  const subjectAt = (argument: unknown): GuardrailSubject | undefined => {
    const subject = tree.subjectOf(argument);
    return isGuardrail(subject) ? subject : undefined;
  };

  async function change(argument: unknown): Promise<void> {
    const subject = subjectAt(argument);
    const api = model.projects.find(({ state }) => state.folder === subject?.folder)?.api;
    if (!subject?.guardrail || !api) return;
    const { id, enabled, severity, why } = subject.guardrail;
    const title = l10n.t('Change the Rule {0}', id);
    const items: readonly (QuickPickItem & { readonly change: Change })[] = [
      ...(['block', 'approval_required', 'warn', 'log'] as const).map(wanted => ({
        label: severityWords(wanted),
        change: { enabled: true, severity: wanted },
        ...(enabled && wanted === severity ? { description: l10n.t('as it is now') } : {}),
      })),
      { label: l10n.t('switched off'), change: { enabled: false } },
    ];
    const chosen = await window.showQuickPick(items, { title, placeHolder: why, ignoreFocusOut: true });
    if (!chosen) return;
    const prompt = l10n.t('It holds for every project of this store. The reason goes on the record.');
    const reason = await askReason(title, prompt, { longest: longestReason });
    if (reason !== undefined) await api.call('configure_guardrail', { rule: id, ...chosen.change, reason });
  }

  async function open(argument: unknown): Promise<void> {
    const subject = subjectAt(argument);
    const project =
      model.projects.find(({ state }) => state.folder === subject?.folder) ??
      (await chooseProject(model, l10n.t('Open the Project’s Guardrails')));
    if (!project) return;
    const { folder, project: described, guardrails } = project.state;
    const file = path.join(described?.worktree ?? folder, guardrails.project.path);
    if (guardrails.project.file === 'absent') {
      const document = await workspace.openTextDocument(Uri.file(file).with({ scheme: 'untitled' }));
      const editor = await window.showTextDocument(document);
      if (document.getText() === '')
        await editor.edit(edit => edit.insert(document.positionAt(0), beginning));
      return;
    }
    const line = Math.max(0, (subject?.line ?? 1) - 1);
    await window.showTextDocument(Uri.file(file), { selection: new Range(line, 0, line, 0), preview: true });
  }

  return { [ids.changeGuardrail]: change, [ids.openGuardrails]: open };
}

function isGuardrail(subject: unknown): subject is GuardrailSubject {
  return typeof subject === 'object' && subject !== null && ('guardrail' in subject || 'line' in subject);
}
