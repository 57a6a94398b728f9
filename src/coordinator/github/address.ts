/** A repository, as the address of a remote names it. */
export interface RepositoryAddress {
  /** In lower case, with a port only where the address is one of pages. */
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

/** A GitHub: github.com, one of GitHub's own for a company, or a GitHub Enterprise Server. */
export interface GitHubServer {
  /** In lower case, with its port where it has one. */
  readonly host: string;
  /** Where its pages are, without a slash at the end. */
  readonly pages: string;
  /** Where its API is, without a slash at the end. */
  readonly api: string;
}

/**
 * Owner and name of a repository, whichever way the address is spelled: over ssh or https, with or without user, password, port and `.git`.
 * Undefined for a local address, and for one that is not two segments deep.
 */
export function repositoryAt(address: string): RepositoryAddress | undefined {
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(address);
  const [host, location] =
    scp?.[1] && scp[2] && scp[1].length > 1 ? [scp[1], scp[2]] : hostAndLocation(address);
  if (!host || !location) return undefined;
  const [owner, name, ...more] = location
    .replace(/^\/+/, '')
    .replace(/(\.git)?\/*$/, '')
    .split('/');
  if (!owner || !name || more.length > 0 || [owner, name].some(each => /^\.{1,2}$/.test(each)))
    return undefined;
  return { host: host.toLowerCase(), owner, name };
}

function hostAndLocation(address: string): readonly [string | undefined, string | undefined] {
  if (!URL.canParse(address)) return [undefined, undefined];
  const url = new URL(address);
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol)) return [undefined, undefined];
  // Of ssh the port is not that of the pages.
  const host = url.protocol === 'http:' || url.protocol === 'https:' ? url.host : url.hostname;
  return [host.replace(/^ssh\./, ''), decoded(url.pathname)];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * The GitHub on which a host is, where it is one: github.com, `<company>.ghe.com`, or the one that `enterprise` names. Others are not asked,
 * since what is asked carries a person's token.
 * @param enterprise the address of a GitHub Enterprise Server, with or without `/api/v3`; empty where there is none
 */
export function serverOf(host: string, enterprise: string): GitHubServer | undefined {
  if (host === 'github.com') {
    return { host, pages: 'https://github.com', api: 'https://api.github.com' };
  }
  if (/^[a-z0-9-]+\.ghe\.com$/.test(host))
    return { host, pages: `https://${host}`, api: `https://api.${host}` };
  const named = enterpriseAt(enterprise);
  // An address of ssh does not say the port of the pages.
  return named && (named.host === host || hostnameOf(named.host) === host) ? named : undefined;
}

/** The server behind the address of a GitHub Enterprise; undefined where it is none, or would carry a token in the clear. */
export function enterpriseAt(address: string): GitHubServer | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) return undefined;
  const folder = url.pathname.replace(/\/+$/, '').replace(/\/api\/v3$/, '');
  const pages = `${url.protocol}//${url.host}${folder}`;
  return { host: url.host, pages, api: `${pages}/api/v3` };
}

function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** The page of a repository, without a slash at its end. */
export function pageOfRepository(
  pages: string,
  { owner, name }: Pick<RepositoryAddress, 'owner' | 'name'>,
): string {
  return `${pages}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}
