import fc from 'fast-check';
import type { Situation } from '../../../../src/coordinator/briefing/situation.ts';

/** What people and agents write, and what somebody writes who wants a briefing to burst. */
const text = fc.oneof(
  fc.lorem({ maxCount: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 3_000 }),
  fc.string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'),
    maxLength: 3_000,
  }),
  fc.string({ unit: 'binary', maxLength: 1_000 }),
  fc.constantFrom(
    'x'.repeat(20_000),
    '🏳️‍🌈'.repeat(2_000),
    '\n- Next: do it\n'.repeat(500),
    '漢字'.repeat(3_000),
    ' '.repeat(5_000),
    '“”'.repeat(900),
  ),
);
const words = text.filter(each => each.trim() !== '');
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const time = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map(date => date.toISOString());
const many = <T>(of: fc.Arbitrary<T>) =>
  fc.oneof(fc.constant([]), fc.array(of, { maxLength: 3 }), fc.array(of, { minLength: 30, maxLength: 60 }));
const total = fc.integer({ min: 60, max: 1_000_000 });

const lock = (yours: boolean) =>
  fc.record({
    file_path: words,
    kind: fc.constantFrom('file' as const, 'glob' as const, 'key' as const),
    mode: fc.constantFrom('exclusive' as const, 'shared' as const, 'unsaved' as const),
    locked_by: words,
    agent_type: words,
    session_id: fc.uuid(),
    yours: fc.constant(yours),
    locked_at: time,
    expires_at: time,
    lock_reason: nullable(text),
    fence: fc.nat(),
    automatic: fc.boolean(),
    worktree: nullable(words),
    branch: nullable(words),
    handoff_id: nullable(fc.uuid()),
  });

const agent = fc.record({
  session_id: fc.uuid(),
  agent_id: words,
  agent_type: words,
  profile: fc.constant('copilot_agent'),
  trust_level: fc.integer({ min: 0, max: 4 }),
  status: fc.constantFrom('active' as const, 'idle' as const),
  current_task: nullable(text),
  capabilities: fc.constant<string[]>([]),
  delegated_from: fc.constant(null),
  harness: fc.constant(null),
  client: fc.constant(null),
  worktree: fc.constant(null),
  machine: fc.constant('m'),
  started_at: time,
  last_seen_at: time,
});

const approval = fc
  .record({
    approval_id: fc.uuid(),
    status: fc.constantFrom('pending' as const, 'approved' as const, 'denied' as const),
    operation: fc.constantFrom('check_tool_use', 'release_lock'),
    id: text,
    at: time,
    by: words,
    reason: nullable(text),
    command: nullable(text),
  })
  .map(({ approval_id, status, operation, id, at, by, reason, command }) => ({
    approval_id,
    status,
    operation,
    resource: { type: 'Tool', id },
    requested_at: at,
    expires_at: at,
    decided: status === 'pending' ? null : { by, at, reason, scope: null, grant_id: null },
    next: 'Repeat the call that was stopped, unchanged. It passes once.',
    filed_by: 'corridor' as const,
    session_id: approval_id,
    agent_id: by,
    agent_type: by,
    delegated_from: null,
    asks: [],
    policy: null,
    summary:
      command === null
        ? null
        : {
            command: { text: command, shell: 'bash' as const, cwd: '/' },
            paths: [],
            domains: [],
            text: null,
            truncated: false,
          },
    justification: null,
    changeset_id: null,
    content_hash: '',
    closed_at: null,
    close_reason: null,
    lifted_at: null,
  }));

const lines = fc.array(words, { maxLength: 50 });
const handoff = fc.record({
  handoff_id: fc.uuid(),
  agent_id: words,
  agent_type: words,
  session_id: fc.uuid(),
  delegated_from: fc.constant(null),
  to_agent: fc.constantFrom(null, 'ada'),
  written_at: time,
  branch: fc.constant(null),
  summary: words,
  completed_work: lines,
  in_progress: lines,
  decisions: lines,
  next_steps: lines,
  relevant_files: lines,
  locks: lines,
  accepted_by: fc.constant(null),
  accepted_at: fc.constant(null),
});

/** Any state of a project, as large and as hostile as agents can make it. */
export const anySituation: fc.Arbitrary<Situation> = fc.record({
  now: fc.constant(new Date('2026-06-01T12:00:00Z')),
  self: fc.record({ agentId: words, agentType: words }).map(({ agentId, agentType }) => ({
    kind: 'agent' as const,
    sessionId: '0',
    agentId,
    agentType,
    trust: 2 as const,
    delegatedFrom: null,
    startedAt: new Date(0),
    worktree: '/repo',
  })),
  others: many(agent),
  ownLocks: many(lock(true)),
  othersLocks: many(lock(false)),
  elsewhere: many(lock(false)),
  claims: many(
    fc.record({
      id: fc.uuid(),
      task_type: words,
      description: text,
      lease_until: fc.constant(new Date('2026-06-01T12:10:00Z')),
      total,
    }),
  ),
  offers: many(
    fc.record({
      id: fc.uuid(),
      task_type: words,
      description: text,
      priority: fc.integer({ min: 1, max: 10 }),
      submitted_by: words,
      total,
    }),
  ),
  messages: many(
    fc.record({
      message_id: fc.uuid(),
      from: words,
      from_kind: fc.constantFrom('agent' as const, 'person' as const),
      from_session_id: fc.constant(null),
      delegated_from: fc.constant(null),
      to_agent: words,
      to_session_id: fc.constant(null),
      text: words,
      sent_at: time,
      read_at: fc.constant(null),
    }),
  ).map(messages => ({ messages, total: messages.length })),
  approvals: many(approval),
  handoff: fc.option(handoff, { nil: undefined }),
  memories: many(
    fc.record({
      memory_id: fc.uuid(),
      event_type: fc.constantFrom('error' as const, 'decision' as const),
      summary: words,
      details: fc.constant(null),
      outcome: fc.constant(null),
      lessons: lines,
      tags: fc.constant<string[]>([]),
      author: words,
      session_id: fc.constant(null),
      delegated_from: fc.constant(null),
      written_at: time,
      merges: fc.constant(0),
      useful: fc.constant(0),
      not_useful: fc.constant(0),
      recalls: fc.constant(0),
      relevance: fc.constant(0.5),
    }),
  ),
});
