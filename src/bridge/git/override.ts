import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Environment } from '../environment.ts';
import { askGit } from './run-git.ts';

/** In git's configuration, for one call: `git -c interlock.override="<reason>" commit`. */
const overrideKey = 'interlock.override';

/**
 * The reason with which a person goes on for this one call, where they gave one: by the variable, or by `git -c`.
 * @throws InterlockError `invalid_input` where a file of git's configuration holds it, which would be for every call.
 */
export async function overrideIn(environment: Environment, cwd: string): Promise<string | undefined> {
  const { code, stdout } = await askGit(cwd, ['config', '--show-scope', '--get', overrideKey]);
  const [, scope, value] = (code === 0 && /^(\S+)\t([\s\S]*?)\n?$/.exec(stdout)) || [];
  if (scope !== undefined && scope !== 'command') {
    throw new InterlockError(
      'invalid_input',
      `${overrideKey} stands in the ${scope} configuration of git, so it would override every check.`,
      { next: `git config --${scope} --unset ${overrideKey}; then: git -c ${overrideKey}="<reason>" commit` },
    );
  }
  const reason = (environment.variables.INTERLOCK_OVERRIDE ?? value)?.trim();
  return reason === undefined || reason === '' ? undefined : reason.slice(0, 500);
}
