-- Who calls: sessions of agents, and the people who may decide.

-- Acts that concern the store and no repository (enrolling an operator) are recorded in this project's chain.
insert into projects (id, name) values ('00000000-0000-0000-0000-000000000000', 'store');

alter table projects add column settings jsonb not null default '{}';

create table sessions (
  id uuid primary key,
  project_id uuid not null references projects (id),
  agent_id text not null check (agent_id <> ''),
  agent_type text not null check (agent_type <> ''),
  -- Which harness the session lives in, and the id that the harness gave it: its hooks and its MCP calls name it.
  harness text,
  external_id text,
  token_hash bytea unique,
  client_name text,
  client_version text,
  capabilities text[] not null default '{}',
  current_task text,
  delegated_from text,
  worktree text,
  folds_case boolean not null default false,
  machine text not null,
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  ended_at timestamptz,
  end_reason text,
  check ((harness is null) = (external_id is null))
);

create unique index sessions_of_harness on sessions (project_id, harness, external_id);
create index sessions_alive on sessions (project_id, last_seen_at) where ended_at is null;

create table operators (
  id uuid primary key,
  name text not null check (name <> ''),
  key_hash bytea not null unique,
  enrolled_by text not null,
  enrolled_at timestamptz not null default now(),
  revoked_at timestamptz
);
