-- Work that agents and people leave for agents.

-- pending -> claimed -> running -> completed | failed | cancelled.
-- A claim is a lease. A claimed or running row whose lease is over counts as pending again, or as failed where its
-- attempts are used up, and an open row whose deadline is over counts as failed, before anybody has written it down.
create table tasks (
  id uuid primary key,
  project_id uuid not null references projects (id),
  -- The order of submission. What a task depends on has a smaller number.
  number bigint generated always as identity unique,

  task_type text not null check (task_type <> ''),
  description text not null check (description <> ''),
  input_data jsonb check (jsonb_typeof(input_data) = 'object'),
  -- 1 goes first.
  priority smallint not null check (priority between 1 and 10),
  deadline timestamptz,
  max_attempts smallint not null check (max_attempts between 1 and 10),
  required_capabilities text[] not null,
  min_trust_level smallint not null check (min_trust_level between 0 and 4),
  exclude_submitter boolean not null,
  on_dependency_failure text not null check (on_dependency_failure in ('cancel', 'hold')),

  submitted_at timestamptz not null default now(),
  submitted_by text not null,
  -- Null where a person or the coordinator submitted it.
  submitter_session_id uuid references sessions (id),
  submitter_agent_id text,
  delegated_from text,
  -- What the submitter calls it, so that a repeated submission is the same task.
  submission_key text check (submission_key <> ''),

  status text not null check (status in ('pending', 'claimed', 'running', 'completed', 'failed', 'cancelled')),
  -- How many of the tasks it depends on have still to complete.
  open_dependencies int not null check (open_dependencies >= 0),

  -- The session of each claim so far, in order: as many as there were attempts.
  claimants uuid[] not null default '{}',
  claimed_by uuid references sessions (id),
  claimed_by_agent text,
  claimed_at timestamptz,
  started_at timestamptz,
  lease_until timestamptz,
  lease_minutes smallint,

  -- Why nobody gets it before somebody has decided: a guardrail objects, or a dependency did not complete.
  hold_reason text check (hold_reason in ('guardrail', 'dependency_failed')),
  held_at timestamptz,
  -- Whoever has no more trust than this was, or would be, stopped by the guardrail.
  held_trust smallint check (held_trust between 0 and 4),
  held_findings jsonb,
  -- The person who answers for the text: guardrails do not ask about it any more when it is claimed.
  cleared_by text,

  result jsonb,
  failure_code text,
  failure_message text,
  ended_at timestamptz,
  ended_by text,

  unique (project_id, submitted_by, submission_key),
  check (cardinality(claimants) <= max_attempts),
  check ((lease_until is null) = (status not in ('claimed', 'running'))),
  check ((lease_until is null) = (lease_minutes is null)),
  check ((claimed_by is null) = (claimed_at is null) and (claimed_by is null) = (claimed_by_agent is null)),
  check (status <> 'pending' or (claimed_by is null and started_at is null)),
  check (status not in ('claimed', 'running', 'completed') or (claimed_by is not null and open_dependencies = 0)),
  check (claimed_by is null or claimed_by = claimants[cardinality(claimants)]),
  check (status not in ('running', 'completed') or started_at is not null),
  check ((hold_reason is null) = (held_at is null)),
  check ((hold_reason is not distinct from 'guardrail') = (held_trust is not null)),
  check ((held_trust is null) = (held_findings is null)),
  check (hold_reason is null or status not in ('claimed', 'running', 'completed')),
  check ((ended_at is null) = (status in ('pending', 'claimed', 'running'))),
  check ((ended_at is null) = (ended_by is null)),
  check ((failure_code is null) = (status not in ('failed', 'cancelled'))),
  check ((failure_code is null) = (failure_message is null)),
  check (result is null or status in ('completed', 'failed'))
);

-- In the order in which they are given out. Those that are claimed stand in it too: one whose lease is over is next.
create index tasks_to_claim on tasks (project_id, priority, number)
  where status in ('pending', 'claimed', 'running') and open_dependencies = 0;
create index tasks_by_lease on tasks (lease_until) where lease_until is not null;
create index tasks_by_claimer on tasks (claimed_by) where lease_until is not null;
create index tasks_by_deadline on tasks (deadline) where deadline is not null and ended_at is null;
create index tasks_open on tasks (project_id, number) where ended_at is null;
create index tasks_ended on tasks (project_id, ended_at) where ended_at is not null;

create table task_dependencies (
  project_id uuid not null references projects (id),
  task_id uuid not null references tasks (id),
  depends_on uuid not null references tasks (id),
  -- It did not complete, and somebody decided to go on without it.
  waived boolean not null default false,
  primary key (task_id, depends_on),
  check (task_id <> depends_on)
);

create index task_dependencies_by_target on task_dependencies (depends_on);
