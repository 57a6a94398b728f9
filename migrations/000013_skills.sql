-- How something is done in this project, as somebody who did it wrote it down.
create table skills (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null check (name <> ''),
  description text not null check (description <> ''),
  steps text[] not null check (cardinality(steps) > 0),
  prerequisites text[] not null,
  -- Counts the times that it was written anew. What came of its use is known of one version.
  version int not null default 1 check (version > 0),
  -- Null where a person wrote it.
  session_id uuid references sessions (id),
  author text not null check (author <> ''),
  saved_at timestamptz not null default now(),
  unique (project_id, name)
);

create table skill_uses (
  id uuid primary key,
  project_id uuid not null references projects (id),
  skill_id uuid not null references skills (id) on delete cascade,
  version int not null,
  session_id uuid references sessions (id),
  used_by text not null check (used_by <> ''),
  used_at timestamptz not null default now(),
  success boolean not null,
  note text check (note <> '')
);

create index skill_uses_by_skill on skill_uses (skill_id, version, used_at desc);
