import { assignedLabel, meaningOf } from './convention.ts';
import { type Setting, together } from './setting.ts';
import { type ItemView, type Outcome, outcomeOf, sessionNameOf } from './view.ts';

/** An item that is to be a task of one agent. */
export interface TaskWish {
  readonly item: ItemView;
  /** The label that names the agent. */
  readonly label: string;
  readonly agentId: string;
  /** How both labels came to be there together. */
  readonly setting: Setting;
  /** Who assigned it, by the label that says so. */
  readonly login: string;
  readonly outcome: Outcome | undefined;
  /** The name of the session that submits it. */
  readonly session: string;
}

/** The labels of an item that name agents. */
export function agentLabels(item: ItemView): readonly string[] {
  return item.labels.filter(label => meaningOf(label)?.asks === 'agent');
}

/** What an open item asks for with one `agent:<id>` and `status:assigned`, where it is known who set both. */
export function taskWishOf(item: ItemView): TaskWish | undefined {
  const [label, ...more] = agentLabels(item);
  const assigned = item.labels.includes(assignedLabel) ? item.settings.get(assignedLabel) : undefined;
  const named = label === undefined ? undefined : item.settings.get(label);
  const meaning = label === undefined ? undefined : meaningOf(label);
  if (label === undefined || more.length > 0 || !assigned || !named || item.state !== 'open')
    return undefined;
  if (meaning?.asks !== 'agent') return undefined;
  const setting = together(named, assigned);
  return {
    item,
    label,
    agentId: meaning.agentId,
    setting,
    login: assigned.login,
    outcome: outcomeOf(item, label, setting),
    session: sessionNameOf(item, assigned.login),
  };
}
