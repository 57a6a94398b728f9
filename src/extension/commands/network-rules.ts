import { l10n, type QuickPickItem, window } from 'vscode';
import type { NetworkRuleSubject } from '../../views/policies-rows.ts';
import type { RowTree } from '../../views/tree.ts';
import type { Input } from '../api.ts';
import { commands as ids } from '../ids.ts';
import type { NetworkRule } from '../project-state.ts';
import type { Services } from '../services.ts';
import { askReason } from './ask-reason.ts';
import { chooseProject } from './choose-project.ts';

type Rule = Input<'save_network_rule'>;

/** As save_network_rule and delete_network_rule accept it. */
const longestReason = 500;
const longestDomain = 255;

/** Which hosts agents may reach: adding a rule, changing one, taking one away. */
export function networkCommands(services: Services, tree: RowTree<unknown>) {
  const { model } = services;
  const ruleAt = (argument: unknown): NetworkRuleSubject | undefined => {
    const subject = tree.subjectOf(argument);
    return isNetworkRule(subject) ? subject : undefined;
  };
  const apiOf = ({ folder }: NetworkRuleSubject) =>
    model.projects.find(({ state }) => state.folder === folder)?.api;

  async function add(): Promise<void> {
    const title = l10n.t('Add a Network Rule');
    const project = await chooseProject(model, title);
    const rule = project && (await askRule(title, undefined));
    if (rule) await project.api.call('save_network_rule', rule);
  }

  async function change(argument: unknown): Promise<void> {
    const subject = ruleAt(argument);
    if (!subject) return;
    const { networkRule: before } = subject;
    const rule = await askRule(l10n.t('Change the Rule about {0}', before.domain), before);
    if (rule) await apiOf(subject)?.call('save_network_rule', { ...unchanged(before), ...rule });
  }

  async function remove(argument: unknown): Promise<void> {
    const subject = ruleAt(argument);
    if (!subject) return;
    const { rule_id, domain } = subject.networkRule;
    const reason = await askReason(
      l10n.t('Delete the Rule about {0}', domain),
      l10n.t('From now on the other rules decide. The reason goes on the record.'),
      { longest: longestReason },
    );
    if (reason !== undefined) await apiOf(subject)?.call('delete_network_rule', { rule_id, reason });
  }

  return {
    [ids.addNetworkRule]: add,
    [ids.changeNetworkRule]: change,
    [ids.deleteNetworkRule]: remove,
  };
}

/** What the questions do not touch. */
function unchanged({ rule_id, port, profile, priority, everywhere }: NetworkRule) {
  return {
    rule_id,
    priority,
    everywhere,
    ...(port === null ? {} : { port }),
    ...(profile === null ? {} : { profile }),
  };
}

interface VerdictItem extends QuickPickItem {
  readonly verdict: Rule['verdict'];
}

async function askRule(title: string, before: NetworkRule | undefined): Promise<Rule | undefined> {
  const domain = await window.showInputBox({
    title,
    prompt: l10n.t('A host, such as example.com, or everything below it: *.example.com'),
    value: before?.domain ?? '',
    ignoreFocusOut: true,
    validateInput: text => {
      if (text.trim() === '') return l10n.t('Name a host.');
      return text.trim().length > longestDomain
        ? l10n.t('At most {0} characters.', longestDomain)
        : undefined;
    },
  });
  if (domain === undefined) return undefined;
  const items: VerdictItem[] = [
    { verdict: 'allow', label: l10n.t('Allow'), detail: l10n.t('Agents may reach it.') },
    {
      verdict: 'deny',
      label: l10n.t('Forbid'),
      detail: l10n.t('Calls and commands that reach it are refused.'),
    },
  ];
  const chosen = await window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (!chosen) return undefined;
  const reason = await askReason(title, l10n.t('The reason goes on the record.'), { longest: longestReason });
  return reason === undefined ? undefined : { domain: domain.trim(), verdict: chosen.verdict, reason };
}

function isNetworkRule(subject: unknown): subject is NetworkRuleSubject {
  return typeof subject === 'object' && subject !== null && 'networkRule' in subject;
}
