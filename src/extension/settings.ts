import { workspace } from 'vscode';
import type { Settings } from '../coordinator/kernel/settings.ts';
import type { Services } from './services.ts';
import { type ProjectSetting, projectSettings } from './settings-names.ts';
import type { Disposable } from './signal.ts';
import { projectsOf } from './window-state.ts';

/**
 * Keeps the project's settings as the person has set them. What they have not set is left as it is, since a team shares
 * the settings of a project; what they set back to the default while the editor runs is sent too.
 */
export function registerSettings({ model, operator, context, log }: Services): void {
  let changed = new Set<ProjectSetting>();
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    if (operator.standing.is !== 'operator') return;
    for (const { folder, project } of projectsOf(model.state)) {
      const api = model.projects.find(({ state }) => state.folder === folder)?.api;
      if (!project || !api) continue;
      const wanted = wantedSettings(changed);
      const differing = Object.entries(wanted).filter(
        ([name, value]) => project.settings[name as ProjectSetting] !== value,
      );
      if (differing.length === 0) continue;
      await api.call('configure_project', { settings: Object.fromEntries(differing) }, { retry: true });
      log.info(`settings of ${project.name}: ${JSON.stringify(Object.fromEntries(differing))}`);
    }
    changed = new Set();
  }

  const sendSoon = () => {
    sending = sending.then(send).catch(error => log.warn(error));
  };
  const subscriptions: Disposable[] = [
    operator.onChange(sendSoon),
    workspace.onDidChangeConfiguration(change => {
      for (const name of projectSettings) {
        if (change.affectsConfiguration(`interlock.${name}`)) changed.add(name);
      }
      sendSoon();
    }),
  ];
  context.subscriptions.push(...subscriptions);
}

/** What the person has set, and what they have just changed, which may be back to the default. */
function wantedSettings(changed: ReadonlySet<ProjectSetting>): Partial<Settings> {
  const configuration = workspace.getConfiguration('interlock');
  return Object.fromEntries(
    projectSettings
      .filter(name => changed.has(name) || isSet(configuration.inspect(name)))
      .map(name => [name, configuration.get(name)]),
  );
}

/** These settings cannot be set by a workspace, so only the person's own count. */
function isSet(inspected: { globalValue?: unknown } | undefined): boolean {
  return inspected?.globalValue !== undefined;
}
