/** Makes sure that the editor is there. `say` is given one line for each step that takes time. */
export function installEditor(say: (line: string) => void): Promise<void>;
