/** The editor around this page. */
interface Host<Message, State> {
  postMessage(message: Message): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi<Message, State>(): Host<Message, State>;

/** The way to the window; may be asked for once. */
export function connectHost<Message, State>(): Host<Message, State> {
  return acquireVsCodeApi<Message, State>();
}
