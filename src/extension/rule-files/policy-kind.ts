import * as l10n from '@vscode/l10n';
import type { Output } from '../api.ts';
import type { RuleKind } from './rule-kind.ts';

/** Over so many days a change of a policy is tried before it is made. */
const triedDays = 7;

/** Policies in Cedar: those of the project, and those that every project has, which stay. */
export const policyKind: RuleKind = {
  folder: 'policies',
  extension: '.cedar',
  find({ policies }, name) {
    const own = policies.policies.find(other => other.name === name && other.action !== 'deleted');
    if (own) return { text: own.text, version: own.version, changedAt: Date.parse(own.made_at) };
    const builtin = policies.builtin.find(other => other.name === name);
    return builtin && { text: `${builtin.text}\n`, version: 0, changedAt: 0, isReadOnly: true };
  },
  async save({ api, state }, name, text, { reason, version }) {
    const before = state.policies.policies.find(other => other.name === name);
    const enabled = before === undefined || before.action === 'deleted' || before.enabled;
    return api.call('save_policy', { name, text, reason, enabled, version: versionFrom(before, version) });
  },
  async foresee({ api }, name, text) {
    const tried = await api.call('try_policy', { name, text, days: triedDays }, { retry: true });
    return tried.valid ? foresight(tried) : undefined;
  },
};

/** A name that was used before goes on where its history ended. */
function versionFrom(
  before: Output<'list_policies'>['policies'][number] | undefined,
  version: number,
): number {
  return before?.action === 'deleted' && version === 0 ? before.version : version;
}

function foresight({ considered, changed, changes }: Output<'try_policy'>): string {
  if (considered === 0) return l10n.t('No decision of the last {0} days can be tried on it.', triedDays);
  if (changed === 0)
    return l10n.t('It would have changed none of {0} decisions of the last {1} days.', considered, triedDays);
  const [first] = changes;
  const example = first ? `${first.agent_id}: ${first.operation} ${first.before} → ${first.after}` : '';
  return l10n.t(
    'It would have changed {0} of {1} decisions of the last {2} days, such as {3}.',
    changed,
    considered,
    triedDays,
    example,
  );
}
