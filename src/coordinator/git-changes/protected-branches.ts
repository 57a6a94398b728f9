import picomatch from 'picomatch';

/** What a push does to one ref of the remote. */
export interface PushedRef {
  /** In full: `refs/heads/main`. */
  readonly ref: string;
  readonly change: 'create' | 'update' | 'rewrite' | 'delete';
}

/**
 * Which of the refs a push must leave alone. On a protected branch nobody deletes or rewrites what is published, and an
 * agent changes nothing at all.
 * @param patterns names of branches, `*` and `**` as in paths, with commas between them: the setting.
 */
export function protectedAmong(
  refs: readonly PushedRef[],
  patterns: string,
  isAgent: boolean,
): readonly PushedRef[] {
  const globs = patterns
    .split(',')
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '');
  return refs.filter(({ ref, change }) => {
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    if (branch === undefined || !globs.some(glob => picomatch.isMatch(branch, glob))) return false;
    return isAgent || change === 'delete' || change === 'rewrite';
  });
}
