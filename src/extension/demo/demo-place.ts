import path from 'node:path';

/** Where a demo lies: everything of it in one folder, which goes away with it. */
export interface DemoPlace {
  readonly root: string;
  /** The store of the demo, so that nothing of it gets into the person's own. */
  readonly home: string;
}

/** In this file a window says which process shows the demo. */
export const windowFile = 'window';

/** Below the extension's own storage, where no repository can lie that somebody else made. */
export function demosFolder(globalStorage: string): string {
  return path.join(globalStorage, 'demo');
}

export function demoAt(root: string): DemoPlace {
  return { root, home: path.join(root, 'store') };
}

/** The demo that a window shows: its one folder is a demo's repository. */
export function demoShownBy(folders: readonly string[], globalStorage: string): DemoPlace | undefined {
  const [folder, ...more] = folders;
  if (folder === undefined || more.length > 0) return undefined;
  const root = path.dirname(folder);
  return path.dirname(root) === demosFolder(globalStorage) ? demoAt(root) : undefined;
}
