import type { ErrorReport } from '../kernel/errors.ts';

/** What the coordinator's thread tells the window that runs it. */
export type ThreadMessage =
  | { readonly type: 'owner'; readonly generation: number }
  | { readonly type: 'ready'; readonly generation: number; readonly schemaVersion: number }
  /** Another process owns the store: connect to that. */
  | { readonly type: 'lost'; readonly ownerPid: number }
  | ({ readonly type: 'failed' } & ErrorReport);
