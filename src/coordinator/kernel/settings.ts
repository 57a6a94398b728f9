import { z } from 'zod';

/**
 * The settings that change what the coordinator does in one project.
 * The extension declares the same ones (a test compares them) and an operator sends changes; agents cannot.
 */
export const Settings = z.object({
  'locks.onWrite': z
    .enum(['acquire', 'require', 'off'])
    .describe(
      'What an agent’s first write to a free file does: take the lock by itself, be refused until the agent takes it, or nothing.',
    ),
  'locks.acrossWorktrees': z
    .enum(['advise', 'exclude'])
    .describe(
      'Whether locks taken by a first write only advise agents in other worktrees, or exclude them too.',
    ),
  'locks.unsavedEditors': z
    .enum(['protect', 'warn', 'off'])
    .describe('Whether a file with unsaved changes in an editor is held by the person who typed them.'),
  'approvals.timeoutMinutes': z
    .number()
    .int()
    .min(1)
    .max(1440)
    .describe('After how many minutes an approval that nobody decided is denied.'),
  'approvals.hookWaitSeconds': z
    .number()
    .int()
    .min(0)
    .max(110)
    .describe(
      'How many seconds an agent’s tool call waits for a person before it is denied with the approval’s number.',
    ),
  'guardrails.projectRules': z
    .enum(['tighten', 'trust'])
    .describe(
      'Whether the rules in the repository’s .interlock/guardrails.yaml may only tighten the built-in ones, or also loosen them.',
    ),
  'grants.selfService': z
    .boolean()
    .describe(
      'Whether a session may permit itself an operation that only reads. Over all others a person decides in any case.',
    ),
  'grants.requireJustification': z
    .boolean()
    .describe('Whether an agent must say why it asks for a permission.'),
  'git.protectedBranches': z
    .string()
    .max(1000)
    .describe(
      'Branches that git hooks protect, with commas between them: nobody deletes or rewrites them, and agents do not push to them.',
    ),
  'git.trailers': z
    .enum(['off', 'add'])
    .describe('Whether the commits of an agent name it, and its task, in their last lines.'),
  'sessions.staleMinutes': z
    .number()
    .int()
    .min(1)
    .max(1440)
    .describe('After how many minutes without a sign of life a session is cleaned up.'),
  'queue.keepEndedDays': z
    .number()
    .int()
    .min(1)
    .max(3650)
    .describe('For how many days a task that ended is kept, with its result.'),
  'memory.workingTokens': z
    .number()
    .int()
    .min(500)
    .max(100_000)
    .describe('How many tokens, about, a session may keep in its working memory.'),
});

export type Settings = z.infer<typeof Settings>;

export const defaultSettings: Settings = {
  'locks.onWrite': 'acquire',
  'locks.acrossWorktrees': 'advise',
  'locks.unsavedEditors': 'protect',
  'approvals.timeoutMinutes': 60,
  'approvals.hookWaitSeconds': 45,
  'guardrails.projectRules': 'tighten',
  'grants.selfService': true,
  'grants.requireJustification': true,
  'git.protectedBranches': 'main, master',
  'git.trailers': 'off',
  'sessions.staleMinutes': 15,
  'memory.workingTokens': 8000,
  'queue.keepEndedDays': 30,
};

/** The settings of a project: what is stored for it over the defaults. What an older version stored and no one knows now is dropped. */
export function settingsFrom(stored: unknown): Settings {
  return { ...defaultSettings, ...Settings.partial().parse(stored) };
}
