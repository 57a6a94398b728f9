import { l10n, window } from 'vscode';
import type { PolicySubject } from '../../views/policy-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import { commands as ids } from '../ids.ts';
import type { ProjectModel } from '../project-model.ts';
import type { Policy } from '../project-state.ts';
import { policyKind } from '../rule-files/policy-kind.ts';
import { addressOf } from '../rule-files/rule-address.ts';
import type { RuleFiles } from '../rule-files/rule-files.ts';
import type { Services } from '../services.ts';
import { askReason } from './ask-reason.ts';
import { chooseProject } from './choose-project.ts';

/** As the operations accept it. */
const longestReason = 500;

/** Says what can be said, and is of use as it is. */
const firstText = `// A person decides before an agent below trust 3 changes a migration.
@answer("ask")
forbid (principal, action, resource is File)
when { principal.trust < 3 && context.access == "write" && resource.path like "migrations/*" };
`;

/** Writing, switching and deleting the policies of a project. */
export function policyCommands(
  services: Services,
  tree: Pick<RowTree<unknown>, 'subjectOf'>,
  files: RuleFiles,
) {
  const { model } = services;

  async function edit(argument: unknown): Promise<void> {
    const subject = tree.subjectOf(argument);
    if (!isPolicySubject(subject)) return;
    const project = model.projects.find(({ state }) => state.folder === subject.folder);
    if (project) await open(project, subject.policyName);
  }

  async function add(): Promise<void> {
    const title = l10n.t('Add a Policy');
    const project = await chooseProject(model, title);
    const projectId = project?.state.project?.project_id;
    if (!project || projectId === undefined) return;
    const name = await window.showInputBox({
      title,
      prompt: l10n.t('Its name: lower-case letters, digits and hyphens. It is in force once you save it.'),
      placeHolder: 'ask-before-migrations',
      validateInput: text => nameProblem(text, project),
    });
    if (name === undefined) return;
    await files.begin(addressOf({ projectId, kind: policyKind, name }), firstText);
    await open(project, name);
  }

  /** Runs for a row of the view alone: what an agent passes to a command is none. */
  const onPolicy = (
    title: (name: string) => string,
    prompt: string,
    act: (project: ProjectModel, policy: Policy, reason: string) => Promise<unknown>,
  ) => {
    return async (argument: unknown): Promise<void> => {
      const subject = tree.subjectOf(argument);
      if (!isPolicySubject(subject) || !subject.policy) return;
      const project = model.projects.find(({ state }) => state.folder === subject.folder);
      const reason =
        project && (await askReason(title(subject.policyName), prompt, { longest: longestReason }));
      if (project && reason !== undefined) await act(project, subject.policy, reason);
    };
  };

  const switchTo =
    (enabled: boolean) =>
    ({ api }: ProjectModel, { name, text, version }: Policy, reason: string) =>
      api.call('save_policy', { name, text, enabled, reason, version });

  return {
    [ids.editPolicy]: edit,
    [ids.addPolicy]: add,
    [ids.switchPolicyOn]: onPolicy(
      name => l10n.t('Switch On {0}', name),
      l10n.t('It holds from the next call on.'),
      switchTo(true),
    ),
    [ids.switchPolicyOff]: onPolicy(
      name => l10n.t('Switch Off {0}', name),
      l10n.t('From the next call on nobody asks it.'),
      switchTo(false),
    ),
    [ids.deletePolicy]: onPolicy(
      name => l10n.t('Delete {0}', name),
      l10n.t('Its versions stay, so that it can be brought back under its name.'),
      ({ api }, { name, version }, reason) => api.call('delete_policy', { name, reason, version }),
    ),
  };
}

async function open({ state }: ProjectModel, name: string): Promise<void> {
  const projectId = state.project?.project_id;
  if (projectId === undefined) return;
  await window.showTextDocument(addressOf({ projectId, kind: policyKind, name }), { preview: true });
}

function nameProblem(text: string, { state }: ProjectModel): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(text))
    return l10n.t('Lower-case letters, digits and hyphens, beginning with a letter.');
  return policyKind.find(state, text) ? l10n.t('There is one of that name.') : undefined;
}

export function isPolicySubject(subject: unknown): subject is PolicySubject {
  return typeof subject === 'object' && subject !== null && 'policyName' in subject;
}
