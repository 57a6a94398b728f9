import type { Settings } from '../coordinator/kernel/settings.ts';

export type ProjectSetting = keyof Settings;

/** The coordinator's own settings, as they are declared in package.json under `interlock.`. A test compares the two. */
export const projectSettings: readonly ProjectSetting[] = [
  'locks.onWrite',
  'locks.acrossWorktrees',
  'locks.unsavedEditors',
  'approvals.timeoutMinutes',
  'approvals.hookWaitSeconds',
  'guardrails.projectRules',
  'grants.selfService',
  'grants.requireJustification',
  'git.protectedBranches',
  'git.trailers',
  'github.branches',
  'github.branchPrefix',
  'github.remotes',
  'github.baseBranches',
  'github.intervalSeconds',
  'github.labels',
  'sessions.staleMinutes',
  'memory.workingTokens',
  'audit.keepDays',
  'queue.keepEndedDays',
  'policy.engine',
  'risk.enabled',
  'risk.aboveHigh',
  'risk.windowMinutes',
  'risk.thresholds.low',
  'risk.thresholds.high',
  'risk.weights.trust',
  'risk.weights.operation',
  'risk.weights.resource',
  'risk.weights.violations',
  'risk.weights.sessionAge',
  'risk.weights.unusualHours',
];
