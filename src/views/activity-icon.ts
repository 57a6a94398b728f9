import { colors } from '../extension/ids.ts';
import type { AuditEntry } from '../extension/project-state.ts';
import { topicsOf } from './activity-topics.ts';
import type { Icon } from './row.ts';

/** A record as a sign. */
export function iconOf(entry: AuditEntry): Icon {
  const isAboutLocks = entry.code === 'locked_by_other' || entry.code === 'stale_fence';
  if (entry.code === 'approval_pending') return { name: 'bell', color: colors.asking };
  if (isAboutLocks) return { name: 'lock', color: entry.outcome === 'denied' ? colors.refused : colors.held };
  if (entry.outcome !== 'done') return { name: 'circle-slash', color: colors.refused };
  switch (entry.operation) {
    case 'request_approval':
      return { name: 'bell', color: colors.asking };
    case 'decide_approval':
      return entry.facts.decision === 'denied'
        ? { name: 'x', color: colors.refused }
        : { name: 'check', color: colors.clear };
    case 'release_lock':
      return { name: 'unlock' };
    case 'force_release_lock':
      return { name: 'unlock', color: colors.refused };
    case 'end_session':
      return { name: 'debug-disconnect' };
    case 'complete_work':
      return entry.facts.status === 'failed'
        ? { name: 'error', color: colors.refused }
        : { name: 'pass', color: colors.clear };
    case 'send_message':
      return { name: 'comment' };
    case 'write_handoff':
    case 'accept_handoff':
      return { name: 'arrow-swap' };
    case 'remember':
    case 'save_skill':
      return { name: 'bookmark' };
    case 'report_hook_file':
      return /^(removed|altered|switched_off)$/.test(String(entry.facts.change))
        ? { name: 'warning', color: colors.refused }
        : { name: 'shield', color: colors.clear };
    case 'cancel_work':
      return { name: 'circle-slash' };
  }
  switch (topicsOf(entry)[0]) {
    case 'locks':
      return { name: 'lock', color: colors.held };
    case 'work':
      return { name: 'tasklist' };
    case 'sessions':
      return { name: 'plug' };
    case 'settings':
      return { name: 'settings-gear' };
    case 'tools':
      return { name: 'play', color: colors.clear };
    default:
      return { name: 'circle-small' };
  }
}
