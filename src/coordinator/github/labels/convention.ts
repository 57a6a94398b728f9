/** What a label asks for, as its name says. */
export type Meaning =
  | { readonly asks: 'lock'; readonly path: string }
  | { readonly asks: 'agent'; readonly agentId: string }
  | { readonly asks: 'status'; readonly status: string };

/** Together with `agent:<id>` it makes a task. People set it; it is taken away when the task has ended. */
export const assignedLabel = 'status:assigned';

/** What says how a task stands, beside {@link assignedLabel}. A task that waits for its agent has none of them. */
export const stateLabels = {
  claimed: 'status:in-progress',
  running: 'status:in-progress',
  completed: 'status:done',
  failed: 'status:failed',
  cancelled: 'status:cancelled',
} as const;

/** All labels that Interlock itself sets, each once. */
export const ownLabels: readonly string[] = [...new Set(Object.values(stateLabels))];

const form = /^(locked|agent|status):\s*(.+)$/su;

/**
 * Reads the name of a label: `locked:<path>`, `agent:<agent id>`, `status:<status>`. Undefined for any other. What may be
 * locked is for the locks to say. GitHub allows 50 characters, so a path longer than 43 is locked by a folder or a
 * pattern above it.
 */
export function meaningOf(label: string): Meaning | undefined {
  const [, kind, text = ''] = form.exec(label) ?? [];
  const value = text.trim();
  if (value === '') return undefined;
  switch (kind) {
    case 'locked':
      return { asks: 'lock', path: value };
    case 'agent':
      return { asks: 'agent', agentId: value };
    case 'status':
      return { asks: 'status', status: value };
    default:
      return undefined;
  }
}
