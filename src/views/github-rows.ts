import * as l10n from '@vscode/l10n';
import { colors, rowKinds } from '../extension/ids.ts';
import { branchOf, type GitHub, type ProjectState } from '../extension/project-state.ts';
import { countdown } from './durations.ts';
import { facts, type Icon, type Row } from './row.ts';
import { onOneLine, shortened } from './shown-text.ts';

/** A repository on GitHub, as the commands of its row are given it. */
export interface GitHubSubject {
  readonly folder: string;
  readonly repository: Repository;
}

type Repository = GitHub['repositories'][number];

/** What is worth a word only where somebody works on branches: a new repository has neither commits nor remotes. */
const ordinary = ['no_remote', 'unborn', 'no_base'];

/**
 * How the project stands to GitHub, below it each repository and what is odd about its clones; undefined where nothing of
 * GitHub concerns it.
 */
export function gitHubRow(project: ProjectState, now: number): Row<GitHubSubject> | undefined {
  const { repositories, clones, failed_writes } = project.github;
  const worksOnBranches = project.agents.some(agent => branchOf(agent) !== undefined);
  const oddities = clones.flatMap(({ folder, oddities }) =>
    oddities
      .filter(oddity => worksOnBranches || repositories.length > 0 || !ordinary.includes(oddity))
      // What no remote means is said by those that there are.
      .filter(oddity => oddity !== 'no_remote' || repositories.length === 0)
      .map(oddity => ({ folder, oddity })),
  );
  const children = [
    ...repositories.map(repository => repositoryRow(project, repository, now)),
    ...oddities.map(({ folder, oddity }) => oddityRow(folder, oddity)),
    ...failed_writes.map(failedRow),
  ];
  if (children.length === 0) return undefined;
  const wanting = repositories.find(({ state }) => needsPerson(state));
  const said = wanting
    ? stateWord(wanting.state)
    : failed_writes.length > 0
      ? l10n.t('{0} could not be written', failed_writes.length)
      : repositories.length === 1
        ? nameOf(repositories[0]?.repository ?? '')
        : repositories.length === 0
          ? l10n.t('no repository on it')
          : l10n.t('{0} repositories', repositories.length);
  return {
    id: `github ${project.folder}`,
    label: 'GitHub',
    description: said,
    spoken: l10n.t('GitHub, {0}', said),
    icon: { name: 'github' },
    children,
  };
}

function repositoryRow(project: ProjectState, repository: Repository, now: number): Row<GitHubSubject> {
  const { remotes, state, message, next, resumes_at } = repository;
  const said = [
    remotes.map(onOneLine).join(', '),
    stateWord(state),
    ...(resumes_at !== null && Date.parse(resumes_at) > now
      ? [l10n.t('again in {0}', countdown(resumes_at, now))]
      : []),
  ].join(' · ');
  return {
    id: `github ${project.folder} ${repository.repository}`,
    label: nameOf(repository.repository),
    description: said,
    spoken: l10n.t('Repository {0}, {1}', nameOf(repository.repository), said),
    icon: stateIcon(state),
    tooltip: {
      title: onOneLine(repository.repository),
      text: [message, next].flatMap(text => (text === null ? [] : [onOneLine(text)])).join(' '),
      facts: facts([l10n.t('Remotes'), remotes.map(onOneLine).join(', ')]),
    },
    kind: kindOf(repository),
    subject: { folder: project.folder, repository },
  };
}

/** Owner and name; the host is in the hover text. */
function nameOf(repository: string): string {
  return onOneLine(repository.slice(repository.indexOf('/') + 1));
}

function kindOf({ state, page }: Repository) {
  if (state === 'signed_out' || state === 'refused') return rowKinds.gitHubSignIn;
  return page === null ? rowKinds.elsewhere : rowKinds.gitHubRepository;
}

function needsPerson(state: Repository['state']): boolean {
  return ['signed_out', 'refused', 'missing', 'forbidden', 'unavailable', 'garbage'].includes(state);
}

function stateWord(state: Repository['state']): string {
  switch (state) {
    case 'ok':
      return l10n.t('labels are followed');
    case 'off':
      return l10n.t('not read');
    case 'not_github':
      return l10n.t('on no GitHub that is known');
    case 'not_followed':
      return l10n.t('its labels do not count');
    case 'signed_out':
      return l10n.t('not signed in');
    case 'refused':
      return l10n.t('the sign-in is not accepted');
    case 'missing':
      return l10n.t('not there for you');
    case 'forbidden':
      return l10n.t('you may not read it');
    case 'limited':
      return l10n.t('GitHub asks for patience');
    case 'unavailable':
      return l10n.t('not reached');
    case 'garbage':
      return l10n.t('no answer of GitHub’s');
  }
}

function stateIcon(state: Repository['state']): Icon {
  if (state === 'ok') return { name: 'repo', color: colors.clear };
  if (state === 'signed_out') return { name: 'sign-in' };
  if (state === 'limited') return { name: 'watch' };
  return needsPerson(state) ? { name: 'warning', color: colors.refused } : { name: 'repo' };
}

function oddityRow(folder: string, oddity: string): Row<GitHubSubject> {
  const { title, text } = oddityWords(oddity);
  return {
    id: `github ${folder} ${oddity}`,
    label: title,
    description: onOneLine(folder),
    icon: { name: 'info' },
    tooltip: { title, text, facts: facts([l10n.t('Clone'), onOneLine(folder)]) },
  };
}

/** See `list_branches`, which names what keeps branches from being seen as they are. */
function oddityWords(oddity: string): { readonly title: string; readonly text: string } {
  switch (oddity) {
    case 'no_remote':
      return {
        title: l10n.t('no remote'),
        text: l10n.t('Only local branches are seen. Add a remote with git remote add.'),
      };
    case 'unborn':
      return { title: l10n.t('no commit yet'), text: l10n.t('There is nothing to compare branches with.') };
    case 'no_base':
      return {
        title: l10n.t('no default branch'),
        text: l10n.t('Set interlock.github.baseBranches to the branches that work ends up in.'),
      };
    case 'shallow':
      return {
        title: l10n.t('the history is cut off'),
        text: l10n.t('Branches that left the base before that hold nothing. Run git fetch --unshallow.'),
      };
    case 'detached':
      return {
        title: l10n.t('no branch is checked out'),
        text: l10n.t('What is committed now belongs to no branch that others see.'),
      };
    case 'rebasing':
      return {
        title: l10n.t('a rebase is in progress'),
        text: l10n.t('The branch is seen as it was until the rebase is done.'),
      };
    default:
      return { title: onOneLine(oddity), text: '' };
  }
}

function failedRow({ repository, number, kind, error }: GitHub['failed_writes'][number]): Row<GitHubSubject> {
  const label =
    kind === 'comment'
      ? l10n.t('#{0}: a comment was not written', number)
      : l10n.t('#{0}: a label was not changed', number);
  return {
    id: `github ${repository} ${number} ${kind} ${error}`,
    label,
    ...(error === null ? {} : { description: shortened(onOneLine(error), 80) }),
    icon: { name: 'warning', color: colors.refused },
    tooltip: { title: `${onOneLine(repository)}#${number}`, text: onOneLine(error ?? ''), facts: [] },
  };
}
