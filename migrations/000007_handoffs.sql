-- What an agent leaves for whoever goes on with its work.
create table handoffs (
  id uuid primary key,
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  agent_id text not null,
  agent_type text not null,
  delegated_from text,
  branch text,
  written_at timestamptz not null default now(),
  -- Null: whoever comes next.
  to_agent text check (to_agent <> ''),
  summary text not null check (summary <> ''),
  completed_work text[] not null,
  in_progress text[] not null,
  decisions text[] not null,
  next_steps text[] not null,
  relevant_files text[] not null,
  -- The paths of the locks that go with it.
  lock_paths text[] not null,
  -- Who took it over, locks and all. Where locks wait for somebody nobody has yet.
  accepted_by uuid references sessions (id),
  accepted_by_agent text,
  accepted_at timestamptz,
  check ((accepted_by is null) = (accepted_at is null) and (accepted_by is null) = (accepted_by_agent is null)),
  check (accepted_by is distinct from session_id)
);

create index handoffs_by_project on handoffs (project_id, written_at desc, id desc);

-- A lock that waits for the receiver of a handoff: it outlives its session, and lasts as long as its lease.
alter table locks add column handoff_id uuid references handoffs (id);
create index locks_by_handoff on locks (handoff_id) where handoff_id is not null;
