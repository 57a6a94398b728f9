import type { GitHub, Lock, ProjectState } from './project-state.ts';

/** The page of the issue or pull request whose label made the lock; undefined where it is not known any more. */
export function pageOfLock({ agents, github, project }: ProjectState, lock: Lock): string | undefined {
  // The session that stands for it says which one it is.
  const session = agents.find(({ session_id }) => session_id === lock.session_id);
  const number = Number(/^issue-(\d+)$/.exec(session?.current_task ?? '')?.[1]);
  const prefix = project?.settings['github.lockLabelPrefix'];
  const items = github.items.filter(item => item.number === number);
  const named = items.find(({ labels }) =>
    labels.some(label => prefix !== undefined && isLockOf(prefix, label, lock.file_path)),
  );
  const item = named ?? items[0];
  return item && pageOfItem(github, item);
}

function isLockOf(prefix: string, label: string, path: string): boolean {
  return label.startsWith(prefix) && label.slice(prefix.length).trim() === path;
}

/** The page of an issue or pull request: below that of its repository, as the remote says it, where one leads there. */
export function pageOfItem(
  { repositories }: Pick<GitHub, 'repositories'>,
  { repository, number, url }: { readonly repository: string; readonly number: number; readonly url: string },
): string | undefined {
  const page = repositories.find(each => each.repository === repository)?.page;
  // Of an issue’s page GitHub knows by itself whether it is a pull request.
  if (page) return `${page}/issues/${number}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, username } = new URL(url);
  const isThere = protocol === 'https:' && username === '' && host === repository.split('/')[0];
  return isThere ? url : undefined;
}

/** The page of a branch in a repository. */
export function pageOfBranch(page: string, branch: string): string {
  return `${page}/tree/${branch.split('/').map(encodeURIComponent).join('/')}`;
}
