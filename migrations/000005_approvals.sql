-- What agents ask people for, and what people allow beyond one call.

-- A person's leave for one session: calls of the operation pass where only these rules ask.
create table session_grants (
  id uuid primary key,
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  agent_id text not null,
  operation text not null check (operation <> ''),
  rules text[] not null check (cardinality(rules) > 0),
  categories text[] not null,
  scope text not null check (scope in ('session', 'minutes')),
  justification text not null check (justification <> ''),
  -- What the person said to it.
  reason text,
  granted_by uuid not null references operators (id),
  granted_by_name text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  last_used_at timestamptz,
  use_count int not null default 0 check (use_count >= 0),
  revoked_at timestamptz,
  revoked_by text,
  revoked_reason text,
  check (expires_at > created_at),
  check ((last_used_at is null) = (use_count = 0)),
  check ((revoked_at is null) = (revoked_by is null)),
  check (revoked_reason is null or revoked_at is not null)
);

create index session_grants_in_force on session_grants (session_id, operation) where revoked_at is null;
create index session_grants_by_project on session_grants (project_id, created_at);

-- pending -> approved | denied | expired | cancelled; approved -> consumed | expired | cancelled.
-- A pending or approved row whose time is over counts as expired before anybody has written it down.
create table approvals (
  id uuid primary key,
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  agent_id text not null,
  agent_type text not null,
  delegated_from text,
  -- The corridor, for a call that it stopped; or the agent, for something that happens outside the corridor.
  filed_by text not null check (filed_by in ('corridor', 'agent')),

  -- What it is bound to. The hash is SHA-256 of the canonical JSON (RFC 8785) of the exact content.
  operation text not null check (operation <> ''),
  resource_type text not null,
  resource_id text not null check (octet_length(resource_id) <= 1024),
  content_hash bytea not null check (octet_length(content_hash) = 32),

  -- What a person needs to decide it. An approval passes a call only where no other rules ask than these.
  rules text[] not null,
  asks jsonb not null check (jsonb_typeof(asks) = 'array'),
  policy jsonb,
  summary jsonb not null check (jsonb_typeof(summary) = 'object'),
  justification text,
  changeset_id text,

  status text not null default 'pending'
    check (status in ('pending', 'approved', 'denied', 'expired', 'cancelled', 'consumed')),
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  decided_at timestamptz,
  decided_by uuid references operators (id),
  decided_by_name text,
  reason text,
  scope text check (scope in ('once', 'session', 'minutes')),
  grant_id uuid references session_grants (id),
  -- When a denial or a missed decision stopped answering the same call.
  lifted_at timestamptz,
  -- When it was used, ran out or was withdrawn.
  closed_at timestamptz,
  close_reason text,

  check (expires_at > requested_at),
  check ((filed_by = 'corridor') = (cardinality(rules) > 0)),
  check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (decided_by_name is null)),
  check (status <> 'pending' or decided_at is null),
  check (status not in ('approved', 'denied', 'consumed') or decided_at is not null),
  check ((scope is null) = (status in ('pending', 'denied') or decided_at is null)),
  check (grant_id is null or scope in ('session', 'minutes')),
  check ((closed_at is null) = (status in ('pending', 'approved', 'denied'))),
  check (lifted_at is null or status in ('denied', 'expired'))
);

-- One open request for one thing: whoever asks again gets the same one, and an approval has no twin.
create unique index approvals_open on approvals
  (session_id, filed_by, operation, resource_type, resource_id, content_hash)
  where status in ('pending', 'approved');
create index approvals_of_content on approvals (session_id, content_hash);
create index approvals_to_expire on approvals (expires_at) where status in ('pending', 'approved');
create index approvals_by_project on approvals (project_id, requested_at);
