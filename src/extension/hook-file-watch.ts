import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Disposable, RelativePattern, Uri, window, workspace } from 'vscode';
import { type Agent, knownAgents } from './agent-files.ts';
import { type HookFileState, lookAtHookFiles, watchedFiles } from './hook-files.ts';
import { hookLauncherIn, launcherIn } from './launcher.ts';
import type { ProjectModel } from './project-model.ts';
import type { Services } from './services.ts';

/** Programs write a file in several steps, and several files at once: they are looked at when this has passed, in milliseconds. */
const settledAfterMs = 300;

/** The agents outside the editor, as this installation connects them. */
export function agentsConnectedFrom(home: string): readonly Agent[] {
  const hook = process.platform === 'win32' ? undefined : hookLauncherIn(home);
  return knownAgents({ bridge: launcherIn(home), hook });
}

/**
 * Keeps an eye on the files that hooks were written into, as long as the window is open: looks at once, when one of them
 * changes, when the person comes back to the window, and when the record of them changes. What has changed is reported, so that
 * it is on the record even where it happened while no editor was open.
 */
export function watchHookFiles(services: Services, home: string): Disposable {
  const { model, log } = services;
  const agents = agentsConnectedFrom(home);
  let watchers: readonly Disposable[] = [];
  let watched = '';
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let seen: unknown;

  function lookSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      looking = looking.then(look).catch(error => log.warn(error));
    }, settledAfterMs);
  }

  async function look(): Promise<void> {
    const [project] = model.projects;
    const known = project?.state.hooks?.files;
    if (!project || !known) return;
    const around = { home: homedir(), folders: model.projects.map(({ state }) => state.folder) };
    watch(watchedFiles(agents, around));
    const found = await lookAtHookFiles(agents, { ...around, known });
    model.setHookFiles(found);
    if (model.state.standing.is === 'operator') await tell(project, found);
  }

  async function tell({ api }: ProjectModel, found: readonly HookFileState[]): Promise<void> {
    for (const { report } of found) {
      if (report === undefined) continue;
      const { change } = await api.call('report_hook_file', report, { retry: true });
      log.info(`hooks in ${report.path}: ${change}`);
    }
  }

  /** Folders that come later are watched from the next look on. */
  function watch(files: readonly string[]): void {
    const watchable = files.filter(file => existsSync(path.dirname(file)));
    if (watchable.join('\n') === watched) return;
    watched = watchable.join('\n');
    for (const watcher of watchers) watcher.dispose();
    watchers = watchable.flatMap(file => {
      const pattern = new RelativePattern(Uri.file(path.dirname(file)), path.basename(file));
      const watcher = workspace.createFileSystemWatcher(pattern);
      return [
        watcher,
        ...[watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete].map(on => on(lookSoon)),
      ];
    });
  }

  const subscriptions: readonly Disposable[] = [
    model.onChange(({ standing }) => {
      const now = [model.projects[0]?.state.hooks, model.projects.length, standing.is];
      if (JSON.stringify(now) === seen) return;
      seen = JSON.stringify(now);
      lookSoon();
    }),
    window.onDidChangeWindowState(({ focused }) => focused && lookSoon()),
  ];
  lookSoon();
  return {
    dispose() {
      clearTimeout(timer);
      for (const each of [...subscriptions, ...watchers]) each.dispose();
    },
  };
}
