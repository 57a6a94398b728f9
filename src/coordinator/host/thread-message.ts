import type { ErrorReport } from '../kernel/errors.ts';
import type { ParentMessage } from './service.ts';

/** What the coordinator's thread tells the window that runs it. */
export type ThreadMessage =
  | { readonly type: 'owner'; readonly generation: number }
  | { readonly type: 'ready'; readonly generation: number; readonly schemaVersion: number }
  /** Another process owns the store: connect to that. */
  | { readonly type: 'lost'; readonly ownerPid: number }
  | ({ readonly type: 'failed' } & ErrorReport)
  /** To the window's question with that number. */
  | { readonly type: 'answer'; readonly to: number; readonly result: unknown }
  | { readonly type: 'refusal'; readonly to: number; readonly report: ErrorReport };

/** What the window tells the thread: to stop, or a question to the service. */
export type WindowMessage =
  | { readonly type: 'stop' }
  | { readonly type: 'question'; readonly number: number; readonly question: ParentMessage };
