-- What each agent may do, and how much of it.

-- The profiles of a project. Those that come with the product are kept as they are in the code until a person changes them.
create table profiles (
  project_id uuid not null references projects (id) on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,62}$'),
  description text not null,
  -- Whose sessions it is meant for; null: nobody's in particular.
  agent_type text check (agent_type <> ''),
  -- What a session of that type gets unless it is assigned another; without a type, what everybody else gets.
  is_default boolean not null,
  trust_level int not null check (trust_level between 0 and 4),
  -- Empty: every operation of its class.
  allowed_operations text[] not null,
  blocked_operations text[] not null,
  elevated_operations text[] not null,
  -- For one session; null: as many as it likes.
  max_file_modifications int check (max_file_modifications >= 0),
  max_execution_time_seconds int check (max_execution_time_seconds > 0),
  max_api_calls_per_hour int check (max_api_calls_per_hour > 0),
  network_policy jsonb not null check (jsonb_typeof(network_policy) = 'object'),
  enabled boolean not null default true,
  version int not null default 1 check (version > 0),
  changed_at timestamptz,
  changed_by text,
  change_reason text,
  primary key (project_id, name),
  check ((changed_at is null) = (changed_by is null) and (changed_at is null) = (change_reason is null)),
  -- Whoever gets no other profile gets this one: it is always there.
  check (enabled or agent_type is not null or not is_default)
);

create unique index profiles_default on profiles (project_id, coalesce(agent_type, '')) where is_default;

-- Which profile somebody was given: every session of an agent, or one session alone.
create table profile_assignments (
  project_id uuid not null references projects (id) on delete cascade,
  agent_id text check (agent_id <> ''),
  session_id uuid references sessions (id),
  profile text not null,
  reason text not null check (reason <> ''),
  assigned_by text not null,
  assigned_at timestamptz not null default now(),
  foreign key (project_id, profile) references profiles (project_id, name) on delete cascade,
  check (num_nonnulls(agent_id, session_id) = 1)
);

create unique index profile_assignments_by_agent on profile_assignments (project_id, agent_id);
create unique index profile_assignments_by_session on profile_assignments (session_id);

-- What a session has done, by minute: what limits and the risk score count, on whichever coordinator it was done.
create table session_usage (
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  minute timestamptz not null,
  calls int not null check (calls >= 0),
  -- What the coordinator worked for it, waits not counted, in milliseconds.
  execution_ms bigint not null check (execution_ms >= 0),
  -- Calls that were refused for what they would have done.
  violations int not null check (violations >= 0),
  primary key (session_id, minute)
);

create index session_usage_by_minute on session_usage (minute);

-- The files that a session has changed, or taken a lock of in order to.
create table session_files (
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  path text not null,
  first_at timestamptz not null default now(),
  primary key (session_id, path)
);
