import { commands, env, l10n, Uri, window } from 'vscode';
import { type Remote, remotesOf } from '../../coordinator/github/poll/remotes.ts';
import type { AgentsSubject } from '../../views/agents-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { TaskSubject } from '../../views/work-rows.ts';
import { addAgentWorktree, pullRequestPage, pushBranch } from '../agent-branches.ts';
import { commands as ids } from '../ids.ts';
import { branchOf } from '../project-state.ts';
import type { Services } from '../services.ts';

interface Place {
  readonly folder: string;
  readonly branch: string;
}

/** What a person can do about the branches on which agents work. */
export function agentBranchCommands(
  { model }: Services,
  { agents, work }: { readonly agents: RowTree<AgentsSubject>; readonly work: RowTree<TaskSubject> },
) {
  /** For a task of the Work view: a branch by the convention, in a worktree of its own. */
  async function create(argument: unknown): Promise<void> {
    const subject = work.subjectOf(argument);
    if (!subject?.task) return;
    const { folder, task } = subject;
    const state = model.projects.find(each => each.state.folder === folder)?.state;
    const agentId = await chooseAgent(
      [...new Set((state?.agents ?? []).filter(agent => !branchOf(agent)).map(agent => agent.agent_id))],
      task.claimed_by,
    );
    if (agentId === undefined) return;
    const prefix = state?.project?.settings['github.branchPrefix'] ?? 'agent';
    const made = await addAgentWorktree(folder, { prefix, agentId, taskId: task.task_id });
    const open = l10n.t('Open in New Window');
    const answer = await window.showInformationMessage(
      l10n.t('{0} is checked out in {1}.', made.branch, made.worktree),
      open,
    );
    if (answer === open) {
      await commands.executeCommand('vscode.openFolder', Uri.file(made.worktree), { forceNewWindow: true });
    }
  }

  /** The row of a branch in the Agents view; what an agent passes to a command is none. */
  const onBranch = (act: (place: Place, remotes: readonly Remote[]) => Promise<void>) => {
    return async (argument: unknown): Promise<void> => {
      const subject = agents.subjectOf(argument);
      if (!subject || !('agent' in subject)) return;
      const branch = branchOf(subject.agent);
      if (branch !== undefined)
        await act({ folder: subject.folder, branch }, await remotesOf(subject.folder));
    };
  };

  const enterpriseOf = (folder: string) =>
    model.projects.find(({ state }) => state.folder === folder)?.state.project?.settings['github.address'];

  async function push({ folder, branch }: Place, remotes: readonly Remote[]): Promise<void> {
    const remote = await chooseRemote(remotes);
    if (!remote) return;
    await pushBranch(folder, branch, remote.name);
    await offerPullRequest(
      branch,
      remote,
      pullRequestPage(remotes, remote.name, branch, enterpriseOf(folder)),
    );
  }

  async function openPullRequest({ folder, branch }: Place, remotes: readonly Remote[]): Promise<void> {
    const remote = await chooseRemote(remotes);
    if (!remote) return;
    const page = pullRequestPage(remotes, remote.name, branch, enterpriseOf(folder));
    if (page !== undefined) await env.openExternal(Uri.parse(page, true));
    else
      await window.showWarningMessage(
        l10n.t('{0} ({1}) is no repository on GitHub.', remote.name, remote.address),
      );
  }

  return {
    [ids.createAgentBranch]: create,
    [ids.pushAgentBranch]: onBranch(push),
    [ids.openPullRequest]: onBranch(openPullRequest),
  };
}

/** The agent that works at the task, where one does; else whom the person names. */
async function chooseAgent(known: readonly string[], claimedBy: string | null): Promise<string | undefined> {
  if (claimedBy !== null) return claimedBy;
  const title = l10n.t('Whose branch will it be?');
  const other = l10n.t('Another agent…');
  const chosen = known.length === 0 ? other : await window.showQuickPick([...known, other], { title });
  if (chosen !== other) return chosen;
  return window.showInputBox({
    title,
    prompt: l10n.t('The name under which the agent registers.'),
    validateInput: text => (text.trim() === '' ? l10n.t('Name the agent.') : undefined),
  });
}

async function chooseRemote(remotes: readonly Remote[]): Promise<Remote | undefined> {
  if (remotes.length === 0) {
    await window.showWarningMessage(l10n.t('This repository has no remote. Add one with git remote add.'));
    return undefined;
  }
  if (remotes.length === 1) return remotes[0];
  const items = remotes.map(remote => ({ remote, label: remote.name, description: remote.address }));
  return (await window.showQuickPick(items, { title: l10n.t('Which remote?') }))?.remote;
}

async function offerPullRequest(branch: string, remote: Remote, page: string | undefined): Promise<void> {
  const said = l10n.t('{0} is pushed to {1}.', branch, remote.name);
  const open = l10n.t('Open Pull Request Page');
  const answer = await window.showInformationMessage(said, ...(page === undefined ? [] : [open]));
  if (answer === open && page !== undefined) await env.openExternal(Uri.parse(page, true));
}
