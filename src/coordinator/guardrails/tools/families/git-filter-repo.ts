import type { Tool } from '../tool.ts';

/** `git filter-repo` and the BFG: programs of their own that write every commit anew. */
export const filterRepo: Tool = {
  run: call => {
    if (!call.has('help', 'h', 'version', 'analyze', 'dry-run'))
      call.effect({
        kind: 'rewrite-history',
        directory: call.cwd,
        scope: 'repository',
        how: 'rewrites the whole history of the repository',
      });
    return undefined;
  },
};
