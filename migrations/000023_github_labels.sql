-- What people on GitHub say with labels: what was last heard of each issue and pull request, what became of it here, and
-- what GitHub is to be told.

-- An issue or a pull request, as the newest word of it says.
create table github_items (
  id uuid primary key,
  project_id uuid not null references projects (id),
  -- host/owner/name in lower case: GitHub does not tell cases apart.
  repository text not null check (repository <> ''),
  number int not null check (number > 0),
  kind text not null check (kind in ('issue', 'pull_request')),
  title text not null,
  -- Kept of those that are for an agent to do, up to a length; otherwise empty.
  body text not null,
  -- gone: deleted, or moved to another repository. Nothing follows that.
  state text not null check (state in ('open', 'closed', 'gone')),
  url text not null,
  author text,
  -- [{id, name}]
  labels jsonb not null,
  -- GitHub's clock, which knows seconds.
  updated_at timestamptz not null,
  -- When it was read from the API; null: a webhook told it.
  read_at timestamptz,
  -- Decides between two words of one second.
  digest text not null,
  heard_at timestamptz not null,
  unique (project_id, repository, number)
);

create index github_items_by_hearing on github_items (project_id, heard_at);

-- Who set and who removed which label of a convention, and when.
create table github_label_facts (
  project_id uuid not null references projects (id),
  item_id uuid not null references github_items (id) on delete cascade,
  label text not null check (label <> ''),
  at timestamptz not null,
  was_set boolean not null,
  login text not null check (login <> ''),
  primary key (item_id, label, at, was_set, login)
);

create index github_label_facts_by_project on github_label_facts (project_id);

-- Labels that were deleted in their repository. The word of it bears no time, but ids are never used again.
create table github_deleted_labels (
  project_id uuid not null references projects (id),
  repository text not null,
  label_id bigint not null,
  deleted_at timestamptz not null default now(),
  primary key (project_id, repository, label_id)
);

-- What became of a label, or of an assignment, as it was set at `decided_for`.
create table github_outcomes (
  project_id uuid not null references projects (id),
  item_id uuid not null references github_items (id) on delete cascade,
  -- The label that names a lock, or an agent.
  label text not null check (label <> ''),
  decided_for timestamptz not null,
  -- done: it holds, or the task is there. waits: it is tried again. refused: not before it is set anew. ended: it was, and
  -- ended here.
  outcome text not null check (outcome in ('done', 'waits', 'refused', 'ended')),
  code text,
  reason text,
  login text not null,
  path text,
  -- What the task is submitted as, decided before it is: asked again after a crash, it is the same one.
  submission_key text,
  task_id uuid,
  -- Whoever has the task was told that it is wanted no more.
  told boolean not null default false,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (item_id, label, decided_for),
  check ((outcome in ('waits', 'refused', 'ended')) <= (reason is not null))
);

create index github_outcomes_by_project on github_outcomes (project_id);
create index github_outcomes_by_task on github_outcomes (task_id) where task_id is not null;

-- What GitHub is to be told. Whoever holds a token delivers it.
create table github_writes (
  id uuid primary key,
  project_id uuid not null references projects (id),
  -- What makes a repeated wish the same one.
  key text not null check (key <> ''),
  repository text not null,
  number int not null check (number > 0),
  kind text not null check (kind in ('add_label', 'remove_label', 'comment')),
  label text check (label <> ''),
  body text check (body <> ''),
  state text not null default 'wanted' check (state in ('wanted', 'done', 'failed')),
  attempts int not null default 0 check (attempts >= 0),
  -- Nobody delivers it before then: it has just been tried, or somebody is at it.
  next_at timestamptz not null default clock_timestamp(),
  last_error text,
  wanted_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  unique (project_id, key),
  check ((kind = 'comment') = (body is not null)),
  check ((kind = 'comment') = (label is null)),
  check ((state = 'wanted') = (settled_at is null))
);

create index github_writes_due on github_writes (project_id, next_at) where state = 'wanted';

-- Deliveries that were taken, so that a repeated one is known.
create table github_deliveries (
  project_id uuid not null references projects (id),
  delivery_id text not null check (delivery_id <> ''),
  event text not null,
  received_at timestamptz not null default now(),
  primary key (project_id, delivery_id)
);

create index github_deliveries_by_time on github_deliveries (project_id, received_at);
