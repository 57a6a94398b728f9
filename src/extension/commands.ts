import type { ActivitySubject } from '../views/activity-rows.ts';
import type { AgentsSubject } from '../views/agents-rows.ts';
import type { ApprovalSubject } from '../views/approvals-rows.ts';
import type { LockSubject } from '../views/locks-rows.ts';
import type { PoliciesSubject } from '../views/policies-rows.ts';
import type { RowTree } from '../views/tree.ts';
import type { TaskSubject } from '../views/work-rows.ts';
import { commands as ids } from './ids.ts';
import { registerCommands } from './register-command.ts';
import type { RuleFiles } from './rule-files/rule-files.ts';
import type { Services } from './services.ts';

/** The views whose rows commands act on. */
export interface Trees {
  readonly approvals: RowTree<ApprovalSubject>;
  readonly agents: RowTree<AgentsSubject>;
  readonly locks: RowTree<LockSubject>;
  readonly work: RowTree<TaskSubject>;
  readonly activity: RowTree<ActivitySubject>;
  readonly policies: RowTree<PoliciesSubject>;
}

export interface Places {
  /** `dist/bridge.js` of this extension. */
  readonly bridge: string;
  readonly home: string;
}

const onDemand = () => import('./on-demand.ts');

/** Makes known what a person can do; how it is done is loaded when they do it. */
export function registerAllCommands(
  services: Services,
  { approvals, agents, locks, work, activity, policies }: Trees,
  files: RuleFiles,
  { bridge, home }: Places,
): void {
  registerCommands(
    services,
    [ids.approve, ids.approveForSession, ids.deny, ids.denyWithReason, ids.showApprovals],
    async () => (await onDemand()).decisionCommands(services, approvals),
  );
  registerCommands(services, [ids.revealFile, ids.forceReleaseLock, ids.showLocks], async () =>
    (await onDemand()).lockCommands(services, [locks, agents]),
  );
  registerCommands(services, [ids.endSession], async () =>
    (await onDemand()).sessionCommands(services, agents),
  );
  registerCommands(
    services,
    [ids.editPolicy, ids.addPolicy, ids.switchPolicyOn, ids.switchPolicyOff, ids.deletePolicy],
    async () => (await onDemand()).policyCommands(services, policies, files),
  );
  registerCommands(services, [ids.showPolicyHistory], async () =>
    (await onDemand()).policyHistoryCommands(services, policies),
  );
  registerCommands(
    services,
    [
      ids.suspendAgent,
      ids.resumeAgent,
      ids.changeProfile,
      ids.takeBackProfile,
      ids.editProfile,
      ids.addProfile,
      ids.discardDraft,
    ],
    async () => (await onDemand()).profileCommands(services, { agents, policies }, files),
  );
  registerCommands(services, [ids.revokeGrant], async () =>
    (await onDemand()).grantCommands(services, [agents, policies]),
  );
  registerCommands(services, [ids.changeGuardrail, ids.openGuardrails], async () =>
    (await onDemand()).guardrailCommands(services, policies),
  );
  registerCommands(services, [ids.addNetworkRule, ids.changeNetworkRule, ids.deleteNetworkRule], async () =>
    (await onDemand()).networkCommands(services, policies),
  );
  registerCommands(services, [ids.cancelWork, ids.reprioritiseWork, ids.releaseWork], async () =>
    (await onDemand()).workCommands(services, work),
  );
  registerCommands(services, [ids.createAgentBranch, ids.pushAgentBranch, ids.openPullRequest], async () =>
    (await onDemand()).agentBranchCommands(services, { agents, work }),
  );
  registerCommands(services, [ids.openOnGitHub, ids.signInToGitHub], async () =>
    (await onDemand()).gitHubCommands(services, { agents, locks, work }),
  );
  registerCommands(services, [ids.setWebhookSecret], async () =>
    (await onDemand()).webhookSecretCommands(services),
  );
  registerCommands(services, [ids.addWork], async () => (await onDemand()).addWorkCommands(services));
  registerCommands(services, [ids.verifyAudit, ids.copyActivityRecord], async () =>
    (await onDemand()).auditCommands(services, activity),
  );
  registerCommands(services, [ids.copyOperatorRequest, ids.admitOperator], async () =>
    (await onDemand()).operatorCommands(services),
  );
  registerCommands(
    services,
    [ids.refresh, ids.reconnect, ids.showLog, ids.showStatus, ids.showPolicies],
    async () => (await onDemand()).windowCommands(services),
  );
  registerCommands(services, [ids.showDemo], async () => (await onDemand()).demoCommands(services));
  registerCommands(
    services,
    [ids.connectAgent, ids.restoreHooks, ids.leaveHooksOff, ids.openHookFile, ids.openHookSettings],
    async () => (await onDemand()).connectAgentCommands(services, policies, home),
  );
  registerCommands(services, [ids.setSharedDatabase, ids.useEmbeddedStore], async () =>
    (await onDemand()).storeCommands(services),
  );
  registerCommands(services, [ids.installGitHooks, ids.removeGitHooks], async () =>
    (await onDemand()).gitHookCommands(services, bridge, home),
  );
}
