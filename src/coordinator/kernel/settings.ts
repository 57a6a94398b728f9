import { z } from 'zod';
import { InterlockError } from './errors.ts';

/**
 * What the names of labels of one kind begin with: no white space, comma or quotation mark, which GitHub's own searches and lists do not
 * keep apart, and a separator at the end, so that no label of another kind begins so by chance. GitHub allows 50 characters in all.
 */
const LabelPrefix = z
  .string()
  .regex(
    /^[^\s,"'`\\\p{C}]{1,24}[:/=._-]$/u,
    'of 2 to 25 characters without spaces, commas and quotation marks, the last of them one of : / = . _ -',
  );

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
  'github.branches': z
    .enum(['track', 'off'])
    .describe('Whether the branches of agents are followed: what they change holds the files, as advice.'),
  'github.branchPrefix': z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,50}$/)
    .describe('What the names of agents’ branches begin with: <prefix>/<agent id>/<task id>.'),
  'github.lockLabelPrefix': LabelPrefix.describe('What labels begin with that lock a path: locked:<path>.'),
  'github.agentLabelPrefix': LabelPrefix.describe('What labels begin with that name an agent: agent:<id>.'),
  'github.statusLabelPrefix': LabelPrefix.describe(
    'What labels begin with that say how a task stands: status:assigned, status:done and others.',
  ),
  'github.remotes': z
    .string()
    .max(1000)
    .describe('Remotes whose branches count, with commas between them. Empty: all of them.'),
  'github.baseBranches': z
    .string()
    .max(1000)
    .describe('Branches that work ends up in, with commas between them. Empty: the default branches.'),
  'github.intervalSeconds': z
    .number()
    .int()
    .min(5)
    .max(3600)
    .describe('After how many seconds it is looked again what agents’ branches change.'),
  'github.labels': z
    .enum(['follow', 'off'])
    .describe('Whether labels on GitHub make locks and tasks here, and show there how they stand.'),
  'github.useSignIn': z
    .enum(['answer', 'read', 'off'])
    .describe(
      'What the sign-in of a person to GitHub is used for: issues and pull requests are read, and answered with labels and comments in their name.',
    ),
  'github.pollSeconds': z
    .number()
    .int()
    .min(15)
    .max(3600)
    .describe('After how many seconds it is asked again what changed on GitHub.'),
  'github.address': z
    .string()
    .max(200)
    .regex(/^(?:https:\/\/[^\s/@]+(?:\/\S*)?|http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?\/?)?$/)
    .describe(
      'The address of a GitHub Enterprise Server, such as https://ghe.example. Empty: there is none.',
    ),
  'sessions.staleMinutes': z
    .number()
    .int()
    .min(1)
    .max(1440)
    .describe('After how many minutes without a sign of life a session is cleaned up.'),
  'audit.keepDays': z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .describe(
      'For how many days the audit log is kept in the database. Older records are exported, then removed.',
    ),
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
  'policy.engine': z
    .enum(['native', 'cedar'])
    .describe(
      'What decides what agents may do: the built-in rules alone, or Cedar, with the policies of the project.',
    ),
  'risk.enabled': z
    .boolean()
    .describe('Whether calls of agents are scored by their risk. Off, the score is 0 and has no effect.'),
  'risk.aboveHigh': z
    .enum(['ask', 'refuse'])
    .describe('What becomes of a call above the high threshold: a person is asked, or it is refused.'),
  'risk.windowMinutes': z
    .number()
    .int()
    .min(1)
    .max(1440)
    .describe('How many minutes a refusal counts against a session.'),
  'risk.thresholds.low': z
    .number()
    .min(0)
    .max(1)
    .describe('Up to this score a call passes and is not remarked on.'),
  'risk.thresholds.high': z
    .number()
    .min(0)
    .max(1)
    .describe('Above this score a person is asked, or the call is refused.'),
  'risk.weights.trust': z
    .number()
    .min(0)
    .max(1)
    .describe('How much a low trust adds to the risk score at most.'),
  'risk.weights.operation': z
    .number()
    .min(0)
    .max(1)
    .describe('How much the kind of operation adds to the risk score at most.'),
  'risk.weights.resource': z
    .number()
    .min(0)
    .max(1)
    .describe('How much a sensitive file or rule adds to the risk score at most.'),
  'risk.weights.violations': z
    .number()
    .min(0)
    .max(1)
    .describe('How much refusals of late add to the risk score at most.'),
  'risk.weights.sessionAge': z
    .number()
    .min(0)
    .max(1)
    .describe('How much a session that has just begun adds to the risk score at most.'),
  'risk.weights.unusualHours': z
    .number()
    .min(0)
    .max(1)
    .describe('How much a call at night adds to the risk score at most.'),
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
  'github.branches': 'track',
  'github.branchPrefix': 'agent',
  'github.lockLabelPrefix': 'locked:',
  'github.agentLabelPrefix': 'agent:',
  'github.statusLabelPrefix': 'status:',
  'github.remotes': '',
  'github.baseBranches': '',
  'github.intervalSeconds': 30,
  'github.labels': 'follow',
  'github.useSignIn': 'answer',
  'github.pollSeconds': 60,
  'github.address': '',
  'sessions.staleMinutes': 15,
  'memory.workingTokens': 8000,
  'audit.keepDays': 90,
  'queue.keepEndedDays': 30,
  'policy.engine': 'native',
  'risk.enabled': true,
  'risk.aboveHigh': 'ask',
  'risk.windowMinutes': 60,
  'risk.thresholds.low': 0.3,
  'risk.thresholds.high': 0.7,
  'risk.weights.trust': 0.25,
  'risk.weights.operation': 0.35,
  'risk.weights.resource': 0.2,
  'risk.weights.violations': 0.36,
  'risk.weights.sessionAge': 0.04,
  'risk.weights.unusualHours': 0.04,
};

const labelPrefixes = [
  'github.lockLabelPrefix',
  'github.agentLabelPrefix',
  'github.statusLabelPrefix',
] as const satisfies readonly (keyof Settings)[];

/**
 * Refuses settings that cannot hold, although each is of its form.
 * @param changed those of them that are set now
 * @throws InterlockError `invalid_input`, which names the setting.
 */
export function refuseContradictions(settings: Settings, changed: Partial<Settings>): void {
  if (changed['github.branchPrefix']?.startsWith('-')) {
    throw new InterlockError(
      'invalid_input',
      `settings.github.branchPrefix: ${JSON.stringify(changed['github.branchPrefix'])} begins with a dash, and git takes no such name.`,
      {
        next: 'Let it begin with a letter, a digit or an underscore.',
        params: { field: 'settings.github.branchPrefix' },
      },
    );
  }
  // GitHub does not tell cases apart.
  const [values, names] = [labelPrefixes.map(name => settings[name].toLowerCase()), labelPrefixes];
  for (const [index, name] of names.entries()) {
    const other = names.find((_, at) => at !== index && values[at]?.startsWith(values[index] ?? ''));
    if (other === undefined) continue;
    throw new InterlockError(
      'invalid_input',
      `settings.${name}: ${JSON.stringify(settings[name])} is how ${JSON.stringify(settings[other])} begins, which is settings.${other}. A label would be both.`,
      { next: 'Choose beginnings of which none begins with another.', params: { field: `settings.${name}` } },
    );
  }
}

/** The settings of a project: what is stored for it over the defaults. What an older version stored and no one knows now is dropped. */
export function settingsFrom(stored: unknown): Settings {
  return { ...defaultSettings, ...Settings.partial().parse(stored) };
}
