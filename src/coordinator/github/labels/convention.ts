import { sql } from '../../database/sql.ts';
import type { Settings } from '../../kernel/settings.ts';

/** What the names of labels begin with that mean something here; each ends with a character that parts it from what follows. */
export interface LabelConvention {
  /** Before the path of a lock. */
  readonly lock: string;
  /** Before the id of an agent. */
  readonly agent: string;
  /** Before how a task stands. */
  readonly status: string;
}

/** What a label asks for, as its name says. */
export type Meaning =
  | { readonly asks: 'lock'; readonly path: string }
  | { readonly asks: 'agent'; readonly agentId: string }
  | { readonly asks: 'status'; readonly status: string };

/** How labels are written in a project. */
export function labelConventionOf(settings: Settings): LabelConvention {
  return {
    lock: settings['github.lockLabelPrefix'],
    agent: settings['github.agentLabelPrefix'],
    status: settings['github.statusLabelPrefix'],
  };
}

/** A convention in one line: none of its parts has a space. */
export function writtenOut({ lock, agent, status }: LabelConvention): string {
  return `${lock} ${agent} ${status}`;
}

/** Together with the label of an agent it makes a task. People set it; it is taken away when the task has ended. */
export function assignedLabel({ status }: LabelConvention): string {
  return `${status}assigned`;
}

/**
 * What says how a task stands, beside {@link assignedLabel}: by the state of the task, and `held` for one that nobody gets
 * before a person has decided. One that waits for its agent has none of them.
 */
const stateNames = {
  held: 'held',
  claimed: 'in-progress',
  running: 'in-progress',
  completed: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

export function stateLabel({ status }: LabelConvention, state: keyof typeof stateNames): string {
  return `${status}${stateNames[state]}`;
}

/** All labels that Interlock itself sets, each once. */
export function ownLabels({ status }: LabelConvention): readonly string[] {
  return [...new Set(Object.values(stateNames))].map(name => `${status}${name}`);
}

/**
 * Reads the name of a label: `<lock><path>`, `<agent><agent id>`, `<status><status>`. Undefined for any other. What may be
 * locked is for the locks to say. GitHub allows 50 characters, so a path longer than what the beginning leaves is locked by
 * a folder or a pattern above it.
 */
export function meaningOf({ lock, agent, status }: LabelConvention, label: string): Meaning | undefined {
  const after = (prefix: string) => (label.startsWith(prefix) ? label.slice(prefix.length).trim() : '');
  const [path, agentId, state] = [after(lock), after(agent), after(status)];
  if (path !== '') return { asks: 'lock', path };
  if (agentId !== '') return { asks: 'agent', agentId };
  return state === '' ? undefined : { asks: 'status', status: state };
}

/** Of a row `label` of `github_items.labels`: whether its name begins in one of these ways. */
export function labelBegins(prefixes: readonly string[]) {
  return sql`exists (
    select from unnest(${[...prefixes]}::text[]) as prefix where starts_with(label ->> 'name', prefix))`;
}

/** Of a row `label` of `github_items.labels`: whether it is one of a convention. */
export function isLabelOf({ lock, agent, status }: LabelConvention) {
  return labelBegins([lock, agent, status]);
}
