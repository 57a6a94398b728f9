import { l10n, type QuickPickItem, Uri, window } from 'vscode';
import type { AgentSubject } from '../../views/agents-rows.ts';
import type { AssignmentSubject, ProfileSubject } from '../../views/profile-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import { trustWord } from '../../views/trust-word.ts';
import { commands as ids, ruleScheme } from '../ids.ts';
import type { ProjectModel } from '../project-model.ts';
import type { Agent, Profile } from '../project-state.ts';
import { profileKind } from '../rule-files/profile-kind.ts';
import { addressOf } from '../rule-files/rule-address.ts';
import type { RuleFiles } from '../rule-files/rule-files.ts';
import type { Services } from '../services.ts';
import { askReason } from './ask-reason.ts';
import { chooseProject } from './choose-project.ts';

/** As the operations accept it. */
const longestReason = 500;
/** The seeded profile that lets an agent do nothing. */
const suspendedProfile = 'suspended';

interface Trees {
  readonly agents: Pick<RowTree<unknown>, 'subjectOf'>;
  readonly policies: Pick<RowTree<unknown>, 'subjectOf'>;
}

/** Who has which profile, and what a profile says. */
export function profileCommands(services: Services, { agents, policies }: Trees, files: RuleFiles) {
  const { model } = services;
  const projectAt = (folder: string) => model.projects.find(({ state }) => state.folder === folder);

  /** Runs for a row of the view alone: what an agent passes to a command is none. */
  const onAgent = (act: (project: ProjectModel, agent: Agent) => Promise<void>) => {
    return async (argument: unknown): Promise<void> => {
      const subject = agents.subjectOf(argument);
      const project = isAgentSubject(subject) ? projectAt(subject.folder) : undefined;
      if (isAgentSubject(subject) && project) await act(project, subject.agent);
    };
  };

  async function suspend({ api }: ProjectModel, { agent_id, session_id }: Agent): Promise<void> {
    const reason = await askReason(
      l10n.t('Suspend {0}', agent_id),
      l10n.t(
        'Every call of this session is refused from now on. It keeps its locks until they lapse or you end it.',
      ),
      { longest: longestReason },
    );
    if (reason === undefined) return;
    await api.call('assign_profile', { session_id, profile: suspendedProfile, reason });
  }

  async function resume({ api }: ProjectModel, { agent_id, session_id }: Agent): Promise<void> {
    const reason = await askReason(
      l10n.t('Let {0} Go On', agent_id),
      l10n.t('Its session gets back the profile it had.'),
      { longest: longestReason },
    );
    if (reason === undefined) return;
    await api.call('assign_profile', { session_id, profile: null, reason });
  }

  async function change({ api, state }: ProjectModel, agent: Agent): Promise<void> {
    const title = l10n.t('Profile of {0}', agent.agent_id);
    const profile = await chooseProfile(title, state.profiles, agent.profile);
    if (!profile) return;
    const whose = await chooseWhose(title, agent);
    if (!whose) return;
    const reason = await askReason(
      title,
      l10n.t('It holds from the next call on. The reason goes on the record.'),
      {
        longest: longestReason,
      },
    );
    if (reason !== undefined) await api.call('assign_profile', { ...whose, profile: profile.name, reason });
  }

  async function takeBack(argument: unknown): Promise<void> {
    const subject = policies.subjectOf(argument);
    if (!isAssignmentSubject(subject)) return;
    const { agent_id, session_id, profile } = subject.assignment;
    const reason = await askReason(
      l10n.t('Take Back {0}', profile),
      l10n.t('The agent gets back the profile of its type. The reason goes on the record.'),
      { longest: longestReason },
    );
    if (reason === undefined) return;
    const whose = agent_id === null ? { session_id: session_id ?? '' } : { agent_id };
    await projectAt(subject.folder)?.api.call('assign_profile', { ...whose, profile: null, reason });
  }

  async function edit(argument: unknown): Promise<void> {
    const subject = policies.subjectOf(argument);
    const project = isProfileSubject(subject) ? projectAt(subject.folder) : undefined;
    if (isProfileSubject(subject) && project) await open(project, subject.profile.name);
  }

  async function add(): Promise<void> {
    const title = l10n.t('Add a Profile');
    const project = await chooseProject(model, title);
    if (!project) return;
    const name = await window.showInputBox({
      title,
      prompt: l10n.t('Its name: lower-case letters, digits and underscores'),
      validateInput: text => nameProblem(text, project.state.profiles),
    });
    if (name === undefined) return;
    const reason = await askReason(title, l10n.t('The reason goes on the record.'), {
      longest: longestReason,
    });
    if (reason === undefined) return;
    await project.api.call('save_profile', { name, reason, version: 0 });
    await project.refresh();
    await open(project, name);
  }

  async function discard(argument: unknown): Promise<void> {
    const uri = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
    if (uri?.scheme === ruleScheme) await files.discard(uri);
  }

  return {
    [ids.suspendAgent]: onAgent(suspend),
    [ids.resumeAgent]: onAgent(resume),
    [ids.changeProfile]: onAgent(change),
    [ids.takeBackProfile]: takeBack,
    [ids.editProfile]: edit,
    [ids.addProfile]: add,
    [ids.discardDraft]: discard,
  };
}

async function open({ state }: ProjectModel, name: string): Promise<void> {
  const projectId = state.project?.project_id;
  if (projectId === undefined) return;
  await window.showTextDocument(addressOf({ projectId, kind: profileKind, name }), { preview: true });
}

interface ProfileItem extends QuickPickItem {
  readonly profile: Profile;
}

async function chooseProfile(
  title: string,
  profiles: readonly Profile[],
  current: string,
): Promise<Profile | undefined> {
  const items = profiles
    .filter(({ enabled, name }) => enabled && name !== current)
    .map(
      (profile): ProfileItem => ({
        profile,
        label: profile.name,
        description: l10n.t('trust {0}', trustWord(profile.trust_level)),
        detail: profile.description,
      }),
    );
  const placeHolder = l10n.t('It has {0} now', current);
  return (await window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.profile;
}

type Whose = { readonly agent_id: string } | { readonly session_id: string };

interface WhoseItem extends QuickPickItem {
  readonly whose: Whose;
}

async function chooseWhose(title: string, { agent_id, session_id }: Agent): Promise<Whose | undefined> {
  const items: WhoseItem[] = [
    { whose: { session_id }, label: l10n.t('This session alone') },
    { whose: { agent_id }, label: l10n.t('Every session of {0}', agent_id) },
  ];
  return (await window.showQuickPick(items, { title, ignoreFocusOut: true }))?.whose;
}

function nameProblem(text: string, profiles: readonly Profile[]): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(text))
    return l10n.t('Lower-case letters, digits and underscores, beginning with a letter.');
  return profiles.some(({ name }) => name === text) ? l10n.t('There is one of that name.') : undefined;
}

function isAgentSubject(subject: unknown): subject is AgentSubject {
  return typeof subject === 'object' && subject !== null && 'agent' in subject;
}

function isProfileSubject(subject: unknown): subject is ProfileSubject {
  return typeof subject === 'object' && subject !== null && 'profile' in subject;
}

function isAssignmentSubject(subject: unknown): subject is AssignmentSubject {
  return typeof subject === 'object' && subject !== null && 'assignment' in subject;
}
