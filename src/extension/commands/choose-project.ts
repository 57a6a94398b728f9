import { window } from 'vscode';
import type { ProjectModel } from '../project-model.ts';
import type { WindowModel } from '../window-model.ts';
import { projectsOf } from '../window-state.ts';

/** The project that a command is about: the only one there is, or the one that the person chooses. */
export async function chooseProject(model: WindowModel, title: string): Promise<ProjectModel | undefined> {
  const shown = new Set(projectsOf(model.state).map(({ folder }) => folder));
  const projects = model.projects.filter(({ state }) => shown.has(state.folder));
  if (projects.length < 2) return projects[0];
  const items = projects.map(project => ({
    project,
    label: project.state.project?.name ?? project.state.folder,
    description: project.state.folder,
  }));
  return (await window.showQuickPick(items, { title }))?.project;
}
