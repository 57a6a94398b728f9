import type { Connection } from './connection.ts';
import type { HookFileState } from './hook-files.ts';
import type { Operator } from './operator.ts';
import { createProjectModel, type ProjectModel } from './project-model.ts';
import { unknownProject } from './project-state.ts';
import { createSignal, type Disposable } from './signal.ts';
import type { EditorAgents, LinkState, WindowState } from './window-state.ts';

/** The projects of this window and the way to them, as one state with one signal. */
export interface WindowModel extends Disposable {
  readonly state: WindowState;
  onChange(listener: (state: WindowState) => void): Disposable;
  /** The models behind the folders, for calls. */
  readonly projects: readonly ProjectModel[];
  setFolders(folders: readonly string[]): void;
  /** Whether the editor has agents of its own, and why their hooks do not run. */
  setEditorAgents(agents: EditorAgents): void;
  setHookFiles(files: readonly HookFileState[]): void;
  /** Reads everything again. */
  refresh(): Promise<void>;
}

export function createWindowModel(connection: Connection, operator: Operator): WindowModel {
  const changed = createSignal<WindowState>();
  let folders: readonly string[] = [];
  let editorAgents: EditorAgents = { isWithoutAgents: false, unguarded: undefined };
  let hookFiles: readonly HookFileState[] | undefined;
  let models: readonly ProjectModel[] = [];
  let state = stateNow();
  let isTelling = false;

  /** Changes that come at once are told once. */
  function tell(): void {
    if (isTelling) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      state = stateNow();
      changed.fire(state);
    });
  }

  function stateNow(): WindowState {
    const failed = connection.state.is === 'failed' ? connection.state.error : undefined;
    return {
      link: linkState(),
      trouble: failed ?? models.find(model => model.state.trouble)?.state.trouble,
      standing: operator.standing,
      folders: models.length > 0 ? models.map(model => model.state) : folders.map(unknownProject),
      ...editorAgents,
      hookFiles,
    };
  }

  function linkState(): LinkState {
    if (folders.length === 0) return 'noFolder';
    if (connection.state.is === 'failed') return 'broken';
    return models.some(model => model.state.project) ? 'connected' : 'starting';
  }

  function build(): void {
    for (const model of models) model.dispose();
    models = [];
    if (connection.state.is === 'open') {
      const { coordinator } = connection.state;
      models = folders.map(folder =>
        createProjectModel(coordinator, { folder, operatorKey: operator.provenKey }),
      );
      for (const model of models) model.onChange(tell);
      const [first] = models;
      if (first) operator.admitTo(coordinator, first.state.folder);
    }
    tell();
  }

  const readAll = async () => {
    await Promise.all(models.map(model => model.refresh()));
  };
  const subscriptions = [
    connection.onChange(build),
    // The record and the content of approvals are shown to operators only.
    operator.onChange(() => {
      tell();
      void readAll();
    }),
  ];

  return {
    get state() {
      return state;
    },
    onChange: changed.on,
    get projects() {
      return models;
    },
    setFolders(next) {
      folders = next;
      build();
    },
    setEditorAgents(next) {
      editorAgents = next;
      tell();
    },
    setHookFiles(next) {
      hookFiles = next;
      tell();
    },
    refresh() {
      operator.admitAgain();
      return readAll();
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      for (const model of models) model.dispose();
    },
  };
}
