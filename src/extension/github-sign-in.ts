import { type AuthenticationSession, authentication } from 'vscode';
import { InterlockError } from '../coordinator/kernel/errors.ts';
import type { ProjectModel } from './project-model.ts';
import type { GitHub } from './project-state.ts';
import type { Services } from './services.ts';

/** Labels are set, and private repositories read, with this. GitHub has nothing narrower for both. */
const scopes = ['repo'];

/** What the editor calls those who sign people in to a GitHub. Of Enterprise it knows one, by its own settings. */
function providerOf(host: string): string {
  return host === 'github.com' ? 'github' : 'github-enterprise';
}

/** The GitHubs of a project to which somebody can sign in. */
export function hostsOf({ repositories }: GitHub): readonly string[] {
  return [...new Set(repositories.filter(({ page }) => page !== null).map(hostOf))];
}

function hostOf({ repository }: GitHub['repositories'][number]): string {
  return repository.slice(0, repository.indexOf('/'));
}

/**
 * Lends the person's sign-ins to the coordinator wherever it has none, as far as they have allowed it before. Nobody is asked
 * anything here.
 */
export function followGitHubSignIn({ model, connection, operator, context, log }: Services): void {
  /** What was sent and has not shown yet, by project and host. */
  const sent = new Map<string, string>();
  let line: Promise<void> = Promise.resolve();

  async function lend(project: ProjectModel): Promise<void> {
    const { github, folder } = project.state;
    for (const host of hostsOf(github)) {
      const states = github.repositories.filter(each => hostOf(each) === host).map(({ state }) => state);
      const key = JSON.stringify([folder, host]);
      if (!states.some(state => state === 'signed_out' || state === 'refused')) {
        sent.delete(key);
        continue;
      }
      const token = await silentToken(host);
      if (token === undefined || sent.get(key) === token) continue;
      sent.set(key, token);
      await project.api.call('sign_in_to_github', { host, token }, { retry: true });
    }
  }

  async function silentToken(host: string): Promise<string | undefined> {
    try {
      const session = await authentication.getSession(providerOf(host), scopes, { silent: true });
      return session?.accessToken;
    } catch (error) {
      // There may be nobody who signs people in: an editor without that extension.
      log.debug(`no sign-in to ${host}: ${String(error)}`);
      return undefined;
    }
  }

  const look = () => {
    if (operator.standing.is !== 'operator') return;
    line = line
      .then(async () => {
        for (const project of model.projects) await lend(project);
      })
      .catch(error => log.warn(error));
  };

  async function forgetEnded(providerId: string): Promise<void> {
    for (const { state, api } of model.projects) {
      for (const host of hostsOf(state.github).filter(each => providerOf(each) === providerId)) {
        sent.clear();
        if ((await silentToken(host)) === undefined)
          await api.call('sign_out_of_github', { host }, { retry: true });
      }
    }
  }

  context.subscriptions.push(
    model.onChange(look),
    connection.onChange(() => sent.clear()),
    authentication.onDidChangeSessions(({ provider: { id } }) => {
      if (!['github', 'github-enterprise'].includes(id) || operator.standing.is !== 'operator') return;
      line = line.then(() => forgetEnded(id)).catch(error => log.warn(error));
      look();
    }),
  );
  look();
}

async function askedSession(host: string, isRefused: boolean): Promise<AuthenticationSession> {
  const provider = providerOf(host);
  try {
    return isRefused
      ? await authentication.getSession(provider, scopes, { forceNewSession: true })
      : await authentication.getSession(provider, scopes, { createIfNone: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InterlockError('unauthenticated', `There is no sign-in to ${host}: ${why}.`, {
      ...(provider === 'github-enterprise'
        ? { next: `Set github-enterprise.uri to the address of ${host}, by which the editor signs in to it.` }
        : {}),
      cause,
    });
  }
}

/**
 * Asks the person to sign in to a GitHub, and lends the sign-in to the coordinator for every project that leads there.
 * @param isRefused the sign-in that the editor has is not accepted any more
 * @throws InterlockError `unauthenticated` where they do not, or the editor does not know that GitHub.
 */
export async function signIn({ model }: Services, host: string, isRefused: boolean): Promise<void> {
  const session = await askedSession(host, isRefused);
  for (const { state, api } of model.projects)
    if (hostsOf(state.github).includes(host))
      await api.call('sign_in_to_github', { host, token: session.accessToken }, { retry: true });
}
