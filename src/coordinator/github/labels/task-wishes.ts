import { assignedLabel, type LabelConvention, meaningOf } from './convention.ts';
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
export function agentLabels(convention: LabelConvention, item: ItemView): readonly string[] {
  return item.labels.filter(label => meaningOf(convention, label)?.asks === 'agent');
}

/** What an open item asks for with the label of one agent and that of an assignment, where it is known who set both. */
export function taskWishOf(convention: LabelConvention, item: ItemView): TaskWish | undefined {
  const [label, ...more] = agentLabels(convention, item);
  const assigning = assignedLabel(convention);
  const assigned = item.labels.includes(assigning) ? item.settings.get(assigning) : undefined;
  const named = label === undefined ? undefined : item.settings.get(label);
  const meaning = label === undefined ? undefined : meaningOf(convention, label);
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
    outcome: outcomeOf(item, meaning.asks, label, setting),
    session: sessionNameOf(item, assigned.login),
  };
}
