import * as l10n from '@vscode/l10n';

/** A record of which who did it, and to what, says all; undefined for others. */
export function plainSentence(operation: string, who: string, what: string): string | undefined {
  switch (operation) {
    case 'write_handoff':
      return l10n.t('{0} left a handoff', who);
    case 'accept_handoff':
      return l10n.t('{0} took a handoff over', who);
    case 'remember':
      return l10n.t('{0} remembers something for the others', who);
    case 'confirm_memory':
      return l10n.t('{0} confirmed a memory', who);
    case 'forget':
      return l10n.t('{0} erased a memory', who);
    case 'save_skill':
      return l10n.t('{0} wrote down a skill: {1}', who, skill(what));
    case 'record_skill_use':
      return l10n.t('{0} used a skill: {1}', who, skill(what));
    case 'forget_skill':
      return l10n.t('{0} erased a skill: {1}', who, skill(what));
    case 'renew_work':
      return l10n.t('{0} keeps a task longer', who);
    case 'hold_unsaved_files':
      return l10n.t('{0} has unsaved changes', who);
    case 'save_policy':
      return l10n.t('{0} changed the policy {1}', who, what);
    case 'delete_policy':
      return l10n.t('{0} deleted the policy {1}', who, what);
    case 'rollback_policy':
      return l10n.t('{0} rolled the policy {1} back', who, what);
    case 'lift_denial':
      return l10n.t('{0} took a denial back', who);
    case 'create_api_key':
      return l10n.t('{0} made an API key for {1}', who, what);
    case 'revoke_api_key':
      return l10n.t('{0} revoked an API key', who);
    case 'rotate_api_key':
      return l10n.t('{0} replaced an API key', who);
    case 'cleanup_dead_agents':
      return l10n.t('{0} cleaned up after agents that are gone', who);
    case 'lend_github_webhook_secret':
      return l10n.t('{0} lent the secret of GitHub’s webhook', who);
    case 'sign_in_to_github':
      return l10n.t('{0} lent the sign-in to GitHub', who);
    case 'sign_out_of_github':
      return l10n.t('{0} took back the sign-in to GitHub', who);
    case 'record_branches':
      return l10n.t('Branches of agents changed');
    case 'record_github_items':
      return l10n.t('Heard from GitHub: {0}', what);
    case 'record_github_polls':
      return l10n.t('What is read of GitHub changed');
    case 'settle_github_labels':
      return l10n.t('Labels on GitHub were followed');
    case 'settle_github_write':
      return l10n.t('GitHub was told what became of a label');
    default:
      return undefined;
  }
}

/** Skills are told from other memories by what stands in front of their name. */
function skill(resource: string): string {
  return resource.replace(/^skill:/, '');
}
