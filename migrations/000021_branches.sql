-- The branches of agents, as clones of the repository have them, and what they change.

-- One clone on one machine, looked at again and again.
create table clones (
  project_id uuid not null references projects (id),
  -- A digest of the machine and of what the worktrees of the clone share.
  source text not null,
  machine text not null,
  folder text not null,
  oddities text[] not null,
  bases text[] not null,
  looked_at timestamptz not null,
  primary key (project_id, source)
);

create table agent_branches (
  project_id uuid not null references projects (id),
  source text not null,
  ref text not null,
  remote text,
  branch text not null,
  agent_id text not null,
  task_id text not null,
  tip text not null,
  base text,
  worktree text,
  standing text not null check (standing in ('open', 'merged', 'unknown')),
  -- Of an open one: [{path, change, from?}]
  files jsonb not null,
  moved_at timestamptz not null,
  primary key (project_id, source, ref),
  foreign key (project_id, source) references clones (project_id, source) on delete cascade
);

create index agent_branches_by_branch on agent_branches (project_id, branch);

-- What unmerged branches change, one row for each file. Nobody asks for these: whoever works on the branch has changed it.
create table branch_locks (
  project_id uuid not null references projects (id),
  -- The session that stands for the branch.
  session_id uuid not null references sessions (id),
  kind text not null check (kind in ('file', 'glob', 'key')),
  key text not null check (key <> ''),
  path text not null,
  -- See locks.base.
  base text collate "C" not null,
  folds_case boolean not null,
  agent_id text not null,
  branch text not null,
  worktree text,
  -- The session that works on the branch.
  tied_to uuid,
  reason text not null,
  acquired_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (session_id, kind, key)
);

create index branch_locks_by_base on branch_locks (project_id, base);
