-- What a session keeps in mind for itself. It goes when the session ends.
create table working_memory (
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  key text not null check (key <> ''),
  value jsonb not null,
  -- An estimate; all of a session together stay within its project's budget.
  tokens int not null check (tokens > 0),
  expires_at timestamptz not null,
  -- Written last, or read by its key: what was used longest ago makes room.
  used_at timestamptz not null,
  primary key (session_id, key)
);
