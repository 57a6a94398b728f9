import { env, l10n, Uri, window } from 'vscode';
import { runGit } from '../../coordinator/github/git.ts';
import { remotesOf } from '../../coordinator/github/poll/remotes.ts';
import type { AgentsSubject } from '../../views/agents-rows.ts';
import type { LockSubject } from '../../views/locks-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { TaskSubject } from '../../views/work-rows.ts';
import { pageOf } from '../agent-branches.ts';
import { pageOfBranch, pageOfItem, pageOfLock } from '../github-pages.ts';
import { hostsOf, signIn } from '../github-sign-in.ts';
import { commands as ids } from '../ids.ts';
import { reading } from '../project-parts.ts';
import { type Agent, branchOf } from '../project-state.ts';
import type { Services } from '../services.ts';

export interface GitHubTrees {
  readonly agents: RowTree<AgentsSubject>;
  readonly locks: RowTree<LockSubject>;
  readonly work: RowTree<TaskSubject>;
}

/** What a person can do about what comes from GitHub. */
export function gitHubCommands(services: Services, { agents, locks, work }: GitHubTrees) {
  const { model } = services;
  const projectAt = (folder: string) => model.projects.find(({ state }) => state.folder === folder);

  async function pageOfRow(argument: unknown): Promise<string | undefined> {
    const task = work.subjectOf(argument);
    if (task) return pageOfTask(task);
    const subject = agents.subjectOf(argument) ?? locks.subjectOf(argument);
    if (!subject) return undefined;
    if ('repository' in subject) return subject.repository.page ?? undefined;
    const state = projectAt(subject.folder)?.state;
    if (state && 'lock' in subject) return pageOfLock(state, subject.lock);
    return 'agent' in subject ? branchPage(subject.folder, subject.agent) : undefined;
  }

  async function pageOfTask({ folder, task_id }: TaskSubject): Promise<string | undefined> {
    const project = projectAt(folder);
    const answer = await project?.api.call('get_task', { id: task_id }, reading);
    const item = itemIn(answer?.input_data);
    return project && item && pageOfItem(project.state.github, item);
  }

  /** On the remote that has it, as it was last fetched or pushed. */
  async function branchPage(folder: string, agent: Agent): Promise<string | undefined> {
    const branch = branchOf(agent);
    if (branch === undefined) return undefined;
    for (const { name, address } of await remotesOf(folder)) {
      const ref = `refs/remotes/${name}/${branch}`;
      const { code } = await runGit(folder, ['show-ref', '--verify', '--quiet', ref], { accepts: [0, 1] });
      const page = code === 0 ? (knownPage(folder, name) ?? pageOf(address)) : undefined;
      if (page !== undefined) return pageOfBranch(page, branch);
    }
    return undefined;
  }

  function knownPage(folder: string, remote: string): string | undefined {
    const repositories = projectAt(folder)?.state.github.repositories ?? [];
    return repositories.find(({ remotes }) => remotes.includes(remote))?.page ?? undefined;
  }

  async function open(argument: unknown): Promise<void> {
    const page = await pageOfRow(argument);
    if (page !== undefined) await env.openExternal(Uri.parse(page, true));
    else
      await window.showWarningMessage(
        l10n.t('It has no page on GitHub that is known. A branch has one once it is pushed.'),
      );
  }

  async function signInTo(argument: unknown): Promise<void> {
    const subject = agents.subjectOf(argument);
    const repository = subject && 'repository' in subject ? subject.repository : undefined;
    const host = repository?.repository.split('/')[0] ?? (await chooseHost());
    if (host !== undefined) await signIn(services, host, repository?.state === 'refused');
  }

  async function chooseHost(): Promise<string | undefined> {
    const hosts = [...new Set(model.projects.flatMap(({ state }) => hostsOf(state.github)))];
    if (hosts.length > 1) return window.showQuickPick(hosts, { title: l10n.t('Which GitHub?') });
    if (hosts.length === 0)
      await window.showWarningMessage(
        l10n.t(
          'No remote of the open folders leads to GitHub. Of a GitHub Enterprise Server, set interlock.github.address.',
        ),
      );
    return hosts[0];
  }

  return { [ids.openOnGitHub]: open, [ids.signInToGitHub]: signInTo };
}

/** What a task made by labels says of where it comes from; anybody else may have written the same. */
function itemIn(
  data: unknown,
): { readonly repository: string; readonly number: number; readonly url: string } | undefined {
  const github: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'github') : undefined;
  if (typeof github !== 'object' || github === null) return undefined;
  const [repository, number, url]: unknown[] = ['repository', 'number', 'url'].map(name =>
    Reflect.get(github, name),
  );
  return typeof repository === 'string' && typeof url === 'string' && Number.isSafeInteger(number)
    ? { repository, number: Number(number), url }
    : undefined;
}
