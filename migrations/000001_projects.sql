-- A project is a repository. All its worktrees, on every machine, are one project.
create table projects (
  id uuid primary key,
  name text not null,
  -- The last fence given out in this project. Only ever grows.
  fence bigint not null default 0 check (fence >= 0),
  created_at timestamptz not null default now()
);

-- What a repository is recognised by: its remotes, or its folder where it has none.
create table project_keys (
  key text primary key,
  project_id uuid not null references projects (id) on delete cascade
);

create index project_keys_by_project on project_keys (project_id);
