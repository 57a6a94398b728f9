-- Keys for agents that no bridge speaks for: in the cloud, in CI. Each is bound to one identity in one project.
create table api_keys (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text not null check (name <> ''),
  agent_id text not null check (agent_id <> ''),
  agent_type text not null check (agent_type <> ''),
  -- The person that whoever has the key acts for.
  delegated_from text,
  -- SHA-256 of the secret, which has 256 random bits: there is no dictionary to slow down, and nothing to salt.
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  -- The secret before the last rotation, and how long it is still taken.
  former_hash bytea check (octet_length(former_hash) = 32),
  former_until timestamptz,
  -- Goes into the ids of its sessions, so that nobody without the key can name one.
  realm uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now(),
  created_by text not null,
  rotated_at timestamptz,
  expires_at timestamptz,
  last_used_at timestamptz,
  use_count bigint not null default 0,
  revoked_at timestamptz,
  revoked_by text,
  revoked_reason text,
  check ((former_hash is null) = (former_until is null)),
  check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revoked_reason is null))
);

create index api_keys_by_project on api_keys (project_id, created_at);
