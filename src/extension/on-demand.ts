/**
 * What is loaded when a view is shown or a command is run for the first time. It is one file, since each further one
 * would add a file to activation: the one with what the two have in common.
 */
export { activityRows } from '../views/activity-rows.ts';
export { agentRows } from '../views/agents-rows.ts';
export { createApprovalReview } from '../views/approval-review.ts';
export { approvalRows } from '../views/approvals-rows.ts';
export { lockRows } from '../views/locks-rows.ts';
export { policyRows } from '../views/policies-rows.ts';
export { taskDocument } from '../views/task-document.ts';
export { workRows } from '../views/work-rows.ts';
export { addWorkCommands } from './commands/add-work.ts';
export { agentBranchCommands } from './commands/agent-branches.ts';
export { auditCommands } from './commands/audit.ts';
export { connectAgentCommands } from './commands/connect-agent.ts';
export { decisionCommands } from './commands/decisions.ts';
export { gitHookCommands } from './commands/git-hooks.ts';
export { gitHubCommands } from './commands/github.ts';
export { grantCommands } from './commands/grants.ts';
export { guardrailCommands } from './commands/guardrails.ts';
export { lockCommands } from './commands/locks.ts';
export { networkCommands } from './commands/network-rules.ts';
export { operatorCommands } from './commands/operators.ts';
export { policyCommands } from './commands/policies.ts';
export { policyHistoryCommands } from './commands/policy-history.ts';
export { profileCommands } from './commands/profiles.ts';
export { sessionCommands } from './commands/sessions.ts';
export { storeCommands } from './commands/store.ts';
export { webhookSecretCommands } from './commands/webhook-secret.ts';
export { windowCommands } from './commands/window.ts';
export { workCommands } from './commands/work.ts';
export { runDemo } from './demo/run-demo.ts';
export { demoCommands } from './demo/show-demo.ts';
export { followGitHubSignIn } from './github-sign-in.ts';
export { followWebhookSecrets } from './github-webhook-secret.ts';
export { watchHookFiles } from './hook-file-watch.ts';
