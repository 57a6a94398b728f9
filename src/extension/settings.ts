import { workspace } from 'vscode';
import type { Settings } from '../coordinator/kernel/settings.ts';
import { asInterlockError } from './connection.ts';
import type { ProjectState } from './project-state.ts';
import { reportError } from './report-error.ts';
import type { Services } from './services.ts';
import { type ProjectSetting, projectSettings } from './settings-names.ts';
import { projectsOf } from './window-state.ts';

/**
 * Keeps the project's settings as the person has set them. What they have not set is left as it is, since a team shares
 * the settings of a project; what they set back to the default while the editor runs is sent too.
 */
export function registerSettings({ model, operator, context, log }: Services): void {
  /** Set in this window and not sent yet. */
  let changed = new Set<ProjectSetting>();
  /** Projects that have been told what the person has set. */
  const told = new Set<string>();
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    if (operator.standing.is !== 'operator') return;
    const sent = changed;
    changed = new Set();
    try {
      for (const project of projectsOf(model.state)) await sendTo(project, sent);
    } catch (error) {
      changed = new Set([...sent, ...changed]);
      throw error;
    }
  }

  async function sendTo({ folder, project }: ProjectState, sent: ReadonlySet<ProjectSetting>): Promise<void> {
    const api = model.projects.find(({ state }) => state.folder === folder)?.api;
    if (!project || !api) return;
    told.add(project.project_id);
    const settings = Object.fromEntries(
      Object.entries(wantedSettings(sent)).filter(
        ([name, value]) => project.settings[name as ProjectSetting] !== value,
      ),
    );
    if (Object.keys(settings).length === 0) return;
    await api.call('configure_project', { settings }, { retry: true });
    log.info(`settings of ${project.name}: ${JSON.stringify(settings)}`);
  }

  const sendSoon = () => {
    sending = sending.then(send).catch(error => {
      // What does not fit together the editor cannot know.
      if (asInterlockError(error).code === 'invalid_input') void reportError(log, error);
      else log.warn(error);
    });
  };
  context.subscriptions.push(
    model.onChange(state => {
      const isNew = ({ project }: ProjectState) => project !== undefined && !told.has(project.project_id);
      if (state.standing.is === 'operator' && projectsOf(state).some(isNew)) sendSoon();
    }),
    workspace.onDidChangeConfiguration(change => {
      const affected = projectSettings.filter(name => change.affectsConfiguration(`interlock.${name}`));
      if (affected.length === 0) return;
      changed = new Set([...changed, ...affected]);
      sendSoon();
    }),
  );
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
