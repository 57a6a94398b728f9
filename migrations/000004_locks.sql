-- Who holds which paths, who waits for them, and who held them last.

-- A lease of one session on one target. It holds while expires_at lies ahead. A lapsed row stays for a while, so that
-- its session can be told that it lost the path to somebody; a released one is deleted.
create table locks (
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  kind text not null check (kind in ('file', 'glob', 'key')),
  -- What tells targets apart: the path, folded where the holder's file system folds case.
  key text not null check (key <> ''),
  -- Empty: everywhere. Otherwise a digest of the machine and the worktree that the lock is about.
  scope text not null,
  path text not null,
  -- See Target.base: what candidates for a conflict are found by.
  base text collate "C" not null,
  folds_case boolean not null,
  -- `unsaved`: a person's unsaved changes in an editor. It refuses others, and is refused by nobody.
  mode text not null check (mode in ('exclusive', 'shared', 'unsaved')),
  -- Taken by a first write, not asked for by name: renewed by the session's activity.
  automatic boolean not null,
  agent_id text not null,
  agent_type text not null,
  worktree text,
  branch text,
  reason text,
  fence bigint not null check (fence > 0),
  acquired_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (session_id, kind, key, scope),
  unique (project_id, fence)
);

create index locks_by_base on locks (project_id, base);

-- The last two sessions that took each target, so that an old fence is known to be old after release, expiry and
-- clean-up too: whoever asks, the newest acquisition by another session is one of the two.
create table lock_fences (
  project_id uuid not null references projects (id),
  kind text not null,
  key text not null,
  scope text not null,
  base text collate "C" not null,
  folds_case boolean not null,
  fence bigint not null,
  session_id uuid not null,
  agent_id text not null,
  taken_at timestamptz not null,
  previous_fence bigint,
  previous_session_id uuid,
  previous_agent_id text,
  previous_taken_at timestamptz,
  primary key (project_id, kind, key, scope)
);

create index lock_fences_by_base on lock_fences (project_id, base);

-- The queue: one row for each target of a waiting request. A request whose coordinator died lapses with its lease.
create sequence lock_tickets;

create table lock_waiters (
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  -- A digest of what is asked for: the same call asked again is the same request and keeps its ticket.
  request text not null,
  ticket bigint not null,
  kind text not null,
  key text not null,
  scope text not null,
  path text not null,
  base text not null,
  folds_case boolean not null,
  mode text not null check (mode in ('exclusive', 'shared')),
  agent_id text not null,
  agent_type text not null,
  waits_since timestamptz not null,
  lease_until timestamptz not null,
  primary key (session_id, request, kind, key)
);

create index lock_waiters_by_project on lock_waiters (project_id);

-- What the holder of an automatic lock has yet to be told: somebody changes the same path in another worktree.
create table lock_advice (
  project_id uuid not null references projects (id),
  session_id uuid not null references sessions (id),
  path text not null,
  other_session_id uuid not null,
  other_agent_id text not null,
  other_worktree text,
  other_branch text,
  given_at timestamptz not null,
  primary key (session_id, path, other_session_id)
);
