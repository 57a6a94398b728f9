-- The policies that people have written, each with all that it ever said. The newest version is what is in force.
create table policy_versions (
  project_id uuid not null references projects (id) on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9-]{0,62}$'),
  version int not null check (version > 0),
  action text not null check (action in ('created', 'updated', 'deleted', 'rolled_back')),
  text text not null check (text <> '' and octet_length(text) <= 65536),
  enabled boolean not null,
  -- The version that a rollback brought back.
  restored_version int,
  author text not null,
  reason text not null check (reason <> ''),
  made_at timestamptz not null default now(),
  primary key (project_id, name, version),
  foreign key (project_id, name, restored_version) references policy_versions (project_id, name, version),
  check ((restored_version is null) = (action <> 'rolled_back')),
  check (version > 1 or action = 'created')
);
