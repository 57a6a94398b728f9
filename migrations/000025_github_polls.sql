-- What is read from GitHub's API: which repositories, how far, and what keeps one from being read.

create table github_polls (
  project_id uuid not null references projects (id),
  -- Each machine asks with the sign-in of its own person.
  machine text not null check (machine <> ''),
  -- host/owner/name in lower case.
  repository text not null check (repository <> ''),
  -- The remotes that lead there, by name.
  remotes text[] not null,
  -- Its page; null where it is on no GitHub that is known.
  page text,
  state text not null check (state <> ''),
  message text,
  next text,
  resumes_at timestamptz,
  -- All that changed before this, by GitHub's clock, was read.
  read_to timestamptz,
  primary key (project_id, machine, repository)
);
