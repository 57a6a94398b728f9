import { execFile } from 'node:child_process';
import { l10n, window } from 'vscode';
import { errorOf } from '../../coordinator/client/refusal.ts';
import { commands as ids } from '../ids.ts';
import type { Services } from '../services.ts';

/** What `interlock git-hooks` answers, as far as it is told here. */
interface GitHooksAnswer {
  readonly installed: boolean;
  readonly hooks_folder: string;
  readonly way: 'own' | 'tracked' | 'shared' | 'lefthook';
}

/** Puts Interlock's hooks into a repository of this window, or takes them away. The command line does the same. */
export function gitHookCommands(services: Services, bridge: string, home: string) {
  const { model } = services;

  async function chooseFolder(): Promise<string | undefined> {
    const folders = model.projects.map(({ state }) => state.folder);
    if (folders.length < 2) return folders[0];
    return await window.showQuickPick([...folders], { title: l10n.t('Git Hooks') });
  }

  async function change(what: 'install' | 'remove'): Promise<void> {
    const folder = await chooseFolder();
    if (folder === undefined) return;
    const { hooks_folder, way } = await runBridge({ bridge, home, folder }, what);
    if (what === 'remove') {
      await window.showInformationMessage(l10n.t('The git hooks are removed; what was there is as it was.'));
      return;
    }
    const done = l10n.t('Commits and pushes of this repository are checked from now on ({0}).', hooks_folder);
    const tracked = l10n.t(
      'The files that were changed are part of the worktree: look at them before you commit.',
    );
    await window.showInformationMessage(
      way === 'tracked' || way === 'lefthook' ? `${done} ${tracked}` : done,
    );
  }

  return {
    [ids.installGitHooks]: () => change('install'),
    [ids.removeGitHooks]: () => change('remove'),
  };
}

interface Place {
  readonly bridge: string;
  readonly home: string;
  readonly folder: string;
}

function runBridge({ bridge, home, folder }: Place, what: 'install' | 'remove'): Promise<GitHooksAnswer> {
  const env = { ...process.env, INTERLOCK_HOME: home, ELECTRON_RUN_AS_NODE: '1' };
  const args = [bridge, 'git-hooks', what, '--json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, env, windowsHide: true }, (failed, stdout) => {
      try {
        const answer = JSON.parse(stdout) as GitHooksAnswer & { error?: unknown };
        if (answer.error === undefined) resolve(answer);
        else reject(errorOf(answer.error));
      } catch (cause) {
        reject(failed ?? cause);
      }
    });
  });
}
