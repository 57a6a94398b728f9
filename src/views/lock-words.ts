import * as l10n from '@vscode/l10n';
import type { Lock } from '../extension/project-state.ts';
import { countdown, moment } from './durations.ts';
import { onOneLine } from './shown-text.ts';

/** Who holds a file, since when, why and until when, as one sentence each. */
export function whoHolds(lock: Lock, now: number): string {
  const holder = onOneLine(lock.locked_by);
  const held = l10n.t(
    '{0} holds this file since {1}, for {2} more',
    holder,
    moment(lock.locked_at, now),
    countdown(lock.expires_at, now),
  );
  return lock.lock_reason ? `${held}: ${onOneLine(lock.lock_reason)}` : held;
}
