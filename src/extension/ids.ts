/**
 * Every name under which the editor knows a part of this extension. package.json declares the same names, and a test
 * compares the two in both directions.
 */

export const commands = {
  approve: 'interlock.approve',
  approveForSession: 'interlock.approveForSession',
  deny: 'interlock.deny',
  denyWithReason: 'interlock.denyWithReason',
  reviewApproval: 'interlock.reviewApproval',
  showApprovals: 'interlock.showApprovals',
  showLocks: 'interlock.showLocks',
  showPolicies: 'interlock.showPolicies',
  forceReleaseLock: 'interlock.forceReleaseLock',
  revealFile: 'interlock.revealFile',
  groupLocksByFolder: 'interlock.groupLocksByFolder',
  groupLocksByAgent: 'interlock.groupLocksByAgent',
  messageAgent: 'interlock.messageAgent',
  endSession: 'interlock.endSession',
  suspendAgent: 'interlock.suspendAgent',
  resumeAgent: 'interlock.resumeAgent',
  changeProfile: 'interlock.changeProfile',
  takeBackProfile: 'interlock.takeBackProfile',
  editPolicy: 'interlock.editPolicy',
  addPolicy: 'interlock.addPolicy',
  switchPolicyOn: 'interlock.switchPolicyOn',
  switchPolicyOff: 'interlock.switchPolicyOff',
  deletePolicy: 'interlock.deletePolicy',
  showPolicyHistory: 'interlock.showPolicyHistory',
  editProfile: 'interlock.editProfile',
  addProfile: 'interlock.addProfile',
  discardDraft: 'interlock.discardDraft',
  revokeGrant: 'interlock.revokeGrant',
  changeGuardrail: 'interlock.changeGuardrail',
  openGuardrails: 'interlock.openGuardrails',
  addNetworkRule: 'interlock.addNetworkRule',
  changeNetworkRule: 'interlock.changeNetworkRule',
  deleteNetworkRule: 'interlock.deleteNetworkRule',
  addWork: 'interlock.addWork',
  showTask: 'interlock.showTask',
  cancelWork: 'interlock.cancelWork',
  reprioritiseWork: 'interlock.reprioritiseWork',
  releaseWork: 'interlock.releaseWork',
  createAgentBranch: 'interlock.createAgentBranch',
  pushAgentBranch: 'interlock.pushAgentBranch',
  openPullRequest: 'interlock.openPullRequest',
  openOnGitHub: 'interlock.openOnGitHub',
  signInToGitHub: 'interlock.signInToGitHub',
  setWebhookSecret: 'interlock.setGitHubWebhookSecret',
  filterActivity: 'interlock.filterActivity',
  clearActivityFilter: 'interlock.clearActivityFilter',
  showMoreActivity: 'interlock.showMoreActivity',
  copyActivityRecord: 'interlock.copyActivityRecord',
  verifyAudit: 'interlock.verifyAudit',
  refresh: 'interlock.refresh',
  showStatus: 'interlock.showStatus',
  showLog: 'interlock.showLog',
  reconnect: 'interlock.reconnect',
  connectAgent: 'interlock.connectAgent',
  restoreHooks: 'interlock.restoreHooks',
  leaveHooksOff: 'interlock.leaveHooksOff',
  openHookFile: 'interlock.openHookFile',
  openHookSettings: 'interlock.openHookSettings',
  installGitHooks: 'interlock.installGitHooks',
  removeGitHooks: 'interlock.removeGitHooks',
  setSharedDatabase: 'interlock.setSharedDatabase',
  useEmbeddedStore: 'interlock.useEmbeddedStore',
  copyOperatorRequest: 'interlock.copyOperatorRequest',
  admitOperator: 'interlock.admitOperator',
  showDemo: 'interlock.showDemo',
  endDemo: 'interlock.endDemo',
} as const;

export const container = 'interlock';

export const views = {
  approvals: 'interlock.approvals',
  agents: 'interlock.agents',
  locks: 'interlock.locks',
  work: 'interlock.work',
  activity: 'interlock.activity',
  policies: 'interlock.policies',
} as const;

/** Settings of the window. Those of the project carry the names of the coordinator's own settings, see settings.ts. */
export const windowSettings = {
  hooksEnabled: 'interlock.hooks.enabled',
  hooksWhenUnavailable: 'interlock.hooks.whenUnavailable',
  notifyApprovals: 'interlock.notifications.approvals',
  decorateLocks: 'interlock.decorations.locks',
  mcpToolSets: 'interlock.mcp.toolSets',
  httpListen: 'interlock.http.listen',
} as const;

export const contextKeys = {
  /** One of {@link LinkState}: what the empty views say. */
  state: 'interlock.state',
  /** The agent plugin with the hooks is in force while this is true. */
  hooksEnabled: 'interlock.hooksEnabled',
  locksGrouping: 'interlock.locksGrouping',
  activityFiltered: 'interlock.activityFiltered',
  /** Whether this editor may decide: `unknown`, `operator` or `stranger`. */
  standing: 'interlock.standing',
  /** The window shows the demo. */
  demo: 'interlock.demo',
} as const;

/** What a row is, for the menus: the `viewItem` of a when clause. */
export const rowKinds = {
  approval: 'approval',
  approvalGroup: 'approvalGroup',
  agent: 'agent',
  suspendedAgent: 'suspendedAgent',
  person: 'person',
  branch: 'branch',
  gitHubRepository: 'gitHubRepository',
  gitHubSignIn: 'gitHubSignIn',
  elsewhere: 'elsewhere',
  lock: 'lock',
  fileLock: 'fileLock',
  gitHubLock: 'gitHubLock',
  policy: 'policy',
  policyOff: 'policyOff',
  builtinPolicy: 'builtinPolicy',
  profile: 'profile',
  assignment: 'assignment',
  grant: 'grant',
  guardrail: 'guardrail',
  projectGuardrail: 'projectGuardrail',
  networkRule: 'networkRule',
  openTask: 'openTask',
  heldTask: 'heldTask',
  endedTask: 'endedTask',
  gitHubTask: 'gitHubTask',
  heldGitHubTask: 'heldGitHubTask',
  endedGitHubTask: 'endedGitHubTask',
  activity: 'activity',
  editorHooks: 'editorHooks',
  hooks: 'hooks',
  outdatedHooks: 'outdatedHooks',
  brokenHooks: 'brokenHooks',
  absentHooks: 'absentHooks',
} as const;

export const colors = {
  held: 'interlock.heldForeground',
  shared: 'interlock.sharedForeground',
  asking: 'interlock.askingForeground',
  refused: 'interlock.refusedForeground',
  clear: 'interlock.clearForeground',
} as const;

export const mcpProvider = 'interlock.mcp';
export const statusItem = 'interlock.status';
/** Kind of the panel that shows an approval in full. */
export const approvalPanel = 'interlock.approval';
/** Scheme of the files that are what decides about agents: profiles, policies. */
export const ruleScheme = 'interlock';
/** Scheme of the read-only documents that show what a policy said in a version. */
export const versionScheme = 'interlock-version';
/** Scheme of the read-only documents that show a task in full. */
export const taskScheme = 'interlock-task';

/** Scheme of the read-only documents that show what would become of an agent's configuration. */
export const planScheme = 'interlock-plan';

/** Names in the editor's secret storage. */
export const secrets = {
  operatorKey: 'interlock.operatorKey',
  databaseUrl: 'interlock.database.url',
  webhook: 'interlock.github.webhookSecrets',
} as const;

export type Command = (typeof commands)[keyof typeof commands];
export type ViewId = (typeof views)[keyof typeof views];
export type ColorId = (typeof colors)[keyof typeof colors];
export type RowKind = (typeof rowKinds)[keyof typeof rowKinds];
