import { type GitHubServer, pageOfRepository, repositoryAt, serverOf } from '../address.ts';
import { runGit } from '../git.ts';

export interface Remote {
  readonly name: string;
  /** As git would fetch from it, with its own rules for addresses applied. */
  readonly address: string;
}

/** A repository that remotes of a clone lead to. */
export interface RemoteRepository {
  /** host/owner/name in lower case; the host is that of its pages. */
  readonly repository: string;
  readonly owner: string;
  readonly name: string;
  readonly remotes: readonly string[];
  /** Undefined: it is on no GitHub that is known. */
  readonly server: GitHubServer | undefined;
  readonly page: string | null;
  /** True for one whose issues and pull requests count. */
  readonly isFollowed: boolean;
}

/** The remotes of the repository that a folder is in; none where it is in none. */
export async function remotesOf(folder: string): Promise<readonly Remote[]> {
  const { stdout } = await runGit(folder, ['remote', '-v'], { accepts: [0, 128] });
  return stdout.split('\n').flatMap(line => {
    const [, name, address] = /^([^\t]+)\t(.*) \(fetch\)(?: \[.*\])?$/.exec(line) ?? [];
    return name && address ? [{ name, address }] : [];
  });
}

/** Where work usually goes: a fork's own remote, and the one that it is a fork of. Others may be anybody's. */
const usual = ['origin', 'upstream'];

/**
 * The repositories that the remotes lead to, each once. Of those that are on GitHub the named ones are followed; where none is named, the
 * usual ones, or the only one there is: whoever may set a label in a repository that is followed takes locks here.
 */
export function repositoriesOf(
  remotes: readonly Remote[],
  named: readonly string[],
  enterprise: string,
): readonly RemoteRepository[] {
  const counts = named.length > 0 ? named : usual;
  const isOnly = remotes.length === 1 && named.length === 0;
  const found = new Map<string, RemoteRepository>();
  for (const { name: remote, address } of remotes) {
    const at = repositoryAt(address);
    if (!at) continue;
    const server = serverOf(at.host, enterprise);
    const repository = `${server?.host ?? at.host}/${at.owner}/${at.name}`.toLowerCase();
    const known = found.get(repository);
    found.set(repository, {
      repository,
      owner: at.owner,
      name: at.name,
      remotes: [...(known?.remotes ?? []), remote],
      server,
      page: server ? pageOfRepository(server.pages, at) : null,
      isFollowed: (known?.isFollowed ?? false) || isOnly || counts.includes(remote),
    });
  }
  return [...found.values()];
}
