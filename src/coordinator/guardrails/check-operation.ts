import { z } from 'zod';
import type { Finding } from '../kernel/intent.ts';
import { operation } from '../kernel/operation.ts';

const Violation = z.object({
  rule: z.string(),
  category: z.string(),
  severity: z.enum(['block', 'approval_required', 'log']),
  matched_text: z.string(),
  effect: z.string(),
  why: z.string().nullable(),
  suggestion: z.string().nullable(),
  blocked: z.boolean(),
});

const severities = { refuse: 'block', ask: 'approval_required', note: 'log' } as const;

/** What the guardrails would say, without doing anything. */
export const checkGuardrails = operation({
  name: 'check_guardrails',
  title: 'Check against the guardrails',
  description:
    'Says beforehand whether a command, a text or a change of files would be stopped, what it would do and what to do instead. Nothing is run or changed.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  input: z.object({
    command: z.string().max(1_000_000).optional().describe('A shell command.'),
    shell: z.enum(['bash', 'powershell']).default('bash'),
    cwd: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Where the command would run. Default: your worktree.'),
    text: z.string().max(1_000_000).optional().describe('Text that somebody will act on: a task, a handoff.'),
    file_paths: z
      .array(z.string().min(1).max(4096))
      .max(500)
      .optional()
      .describe('Files that would be changed.'),
  }),
  output: z.object({ safe: z.boolean(), violations: z.array(Violation), parsed: z.boolean() }),
  resource: () => ({ type: 'Tool', id: 'guardrails' }),
  async run({ inspect, worktree }, { command, shell, cwd, text, file_paths }) {
    const { findings, facts } = await inspect({
      ...(command === undefined ? {} : { command: { text: command, shell, cwd: cwd ?? worktree ?? '/' } }),
      ...(text === undefined ? {} : { text }),
      ...(file_paths === undefined
        ? {}
        : { paths: file_paths.map(path => ({ path, access: 'write' as const })) }),
    });
    const violations = findings.map(violationOf);
    return { safe: violations.every(({ blocked }) => !blocked), violations, parsed: facts.parsed !== false };
  },
});

function violationOf({ answer, rule, category, matchedText, effect, why, suggestion }: Finding) {
  return {
    rule,
    category,
    severity: severities[answer],
    matched_text: matchedText ?? '',
    effect,
    why: why ?? null,
    suggestion: suggestion ?? null,
    blocked: answer !== 'note',
  };
}
