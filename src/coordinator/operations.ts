import { decideApproval, liftDenial } from './approvals/decide.ts';
import { listApprovals } from './approvals/list.ts';
import { cancelApproval, requestApproval, useApproval } from './approvals/request.ts';
import { checkApproval, waitForApproval } from './approvals/wait.ts';
import { exportAudit } from './audit/export-operation.ts';
import { queryAudit } from './audit/query.ts';
import { verifyAudit } from './audit/verify-operation.ts';
import { briefSession } from './briefing/brief-session.ts';
import { coordinateFileEdit } from './briefing/coordinate-file-edit.ts';
import { suggestValues } from './briefing/suggest-values.ts';
import { checkGitChange } from './git-changes/check.ts';
import { forecastConflicts } from './github/branches/forecast.ts';
import { listBranches } from './github/branches/list.ts';
import { recordBranches } from './github/branches/record.ts';
import { settleGitHubWrite, takeGitHubWrites } from './github/labels/deliver.ts';
import { recordGitHubItems } from './github/labels/record-items.ts';
import { settleLabels } from './github/labels/settle.ts';
import { describeGitHub } from './github/poll/describe.ts';
import { planGitHubPoll, recordGitHubPolls } from './github/poll/record.ts';
import { signInToGitHub, signOutOfGitHub } from './github/sign-ins.ts';
import { lendWebhookSecret } from './github/webhook-secrets.ts';
import { listGrants, revokeGrant } from './grants/operations.ts';
import { requestPermission } from './grants/request-permission.ts';
import { checkGuardrails } from './guardrails/check-operation.ts';
import { configureGuardrail, listGuardrails } from './guardrails/rule-operations.ts';
import { acceptHandoff } from './handoffs/accept.ts';
import { readHandoff } from './handoffs/read.ts';
import { writeHandoff } from './handoffs/write.ts';
import { listHookFiles } from './harness-hooks/list.ts';
import { reportHookFile } from './harness-hooks/report.ts';
import type { Operation } from './kernel/operation.ts';
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from './keys/operations.ts';
import { acquireLock } from './locks/acquire.ts';
import { checkLocks } from './locks/check.ts';
import { extendLock } from './locks/extend.ts';
import { checkFenceOperation } from './locks/fence.ts';
import { forceReleaseLock } from './locks/force-release.ts';
import { releaseLock } from './locks/release.ts';
import { holdUnsavedFiles } from './locks/unsaved.ts';
import { confirmMemory } from './memory/confirm.ts';
import { forget } from './memory/forget.ts';
import { listMemories } from './memory/list.ts';
import { recall } from './memory/recall.ts';
import { remember } from './memory/remember.ts';
import { forgetSkill } from './memory/skills/forget.ts';
import { saveSkill } from './memory/skills/save.ts';
import { suggestSkills } from './memory/skills/suggest.ts';
import { recordSkillUse } from './memory/skills/use.ts';
import { clearWorkingMemory } from './memory/working/clear.ts';
import { getWorkingMemory } from './memory/working/get.ts';
import { setWorkingMemory } from './memory/working/set.ts';
import { listMessages } from './messages/list.ts';
import { readMessages } from './messages/read.ts';
import { sendMessage } from './messages/send.ts';
import { checkDomain } from './network/check-domain.ts';
import { deleteNetworkRule, listNetworkRules, saveNetworkRule } from './network/rule-operations.ts';
import { enrollOperator } from './operators/operators.ts';
import { checkPolicy } from './policy/check-policy.ts';
import { getPolicy, listPolicies, listPolicyVersions } from './policy/read-policies.ts';
import { testPolicies } from './policy/test-policies.ts';
import { tryPolicy } from './policy/try-policy.ts';
import { validatePolicy } from './policy/validate-policy.ts';
import { deletePolicy, rollbackPolicy, savePolicy } from './policy/write-policies.ts';
import { assignProfile } from './profiles/assign-profile.ts';
import { getMyProfile } from './profiles/get-my-profile.ts';
import { listProfiles } from './profiles/list-profiles.ts';
import { saveProfile } from './profiles/save-profile.ts';
import { configureProject } from './projects/configure.ts';
import { describeProject } from './projects/describe.ts';
import { cancelWork } from './queue/cancel.ts';
import { completeWork } from './queue/complete.ts';
import { getTask } from './queue/get-task.ts';
import { getWork } from './queue/get-work.ts';
import { releaseWork } from './queue/hold.ts';
import { listWork } from './queue/list.ts';
import { renewWork } from './queue/renew.ts';
import { reprioritiseWork } from './queue/reprioritise.ts';
import { submitWork } from './queue/submit.ts';
import { discoverAgents } from './sessions/discover.ts';
import { cleanupDeadAgents, endSession } from './sessions/end.ts';
import { heartbeat, registerSession } from './sessions/register.ts';
import { checkToolUse } from './tool-use/check.ts';
import { endTurn } from './tool-use/end-turn.ts';

/**
 * Every operation there is, in the sets by which a client may ask for some of the tools only. `always` is with each of
 * them: any call may have to wait for a person.
 */
export const operationSets = {
  always: [
    registerSession,
    heartbeat,
    briefSession,
    describeProject,
    checkApproval,
    waitForApproval,
    cancelApproval,
    endSession,
  ],
  agents: [discoverAgents, sendMessage, readMessages, listMessages, cleanupDeadAgents],
  locks: [
    coordinateFileEdit,
    suggestValues,
    acquireLock,
    releaseLock,
    extendLock,
    checkLocks,
    checkFenceOperation,
    forceReleaseLock,
    holdUnsavedFiles,
    listBranches,
    forecastConflicts,
    recordBranches,
    recordGitHubItems,
    takeGitHubWrites,
    settleGitHubWrite,
    describeGitHub,
    lendWebhookSecret,
    signInToGitHub,
    signOutOfGitHub,
    planGitHubPoll,
    recordGitHubPolls,
    settleLabels,
  ],
  work: [
    submitWork,
    getWork,
    getTask,
    renewWork,
    completeWork,
    cancelWork,
    releaseWork,
    reprioritiseWork,
    listWork,
  ],
  handoffs: [writeHandoff, readHandoff, acceptHandoff],
  memory: [
    remember,
    recall,
    listMemories,
    confirmMemory,
    forget,
    setWorkingMemory,
    getWorkingMemory,
    clearWorkingMemory,
    saveSkill,
    recordSkillUse,
    suggestSkills,
    forgetSkill,
  ],
  safety: [
    checkGuardrails,
    listGuardrails,
    configureGuardrail,
    checkDomain,
    listNetworkRules,
    saveNetworkRule,
    deleteNetworkRule,
    checkToolUse,
    endTurn,
    listHookFiles,
    reportHookFile,
    checkGitChange,
    requestApproval,
    useApproval,
    decideApproval,
    liftDenial,
    listApprovals,
    requestPermission,
    listGrants,
    revokeGrant,
  ],
  policies: [
    getMyProfile,
    listProfiles,
    saveProfile,
    assignProfile,
    checkPolicy,
    listPolicies,
    getPolicy,
    listPolicyVersions,
    validatePolicy,
    tryPolicy,
    testPolicies,
    savePolicy,
    deletePolicy,
    rollbackPolicy,
    configureProject,
    createApiKey,
    listApiKeys,
    rotateApiKey,
    revokeApiKey,
    enrollOperator,
  ],
  audit: [queryAudit, verifyAudit, exportAudit],
} as const satisfies Record<string, readonly Operation[]>;

/** The same as one list. Doors, schemas, pages and the typed client are derived from it. */
export const operations = [
  ...operationSets.always,
  ...operationSets.agents,
  ...operationSets.locks,
  ...operationSets.work,
  ...operationSets.handoffs,
  ...operationSets.memory,
  ...operationSets.safety,
  ...operationSets.policies,
  ...operationSets.audit,
] as const satisfies readonly Operation[];
