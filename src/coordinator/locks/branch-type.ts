/** The agent type of what a branch holds by itself. */
export const branchType = 'github_branch';
