-- What the editor wrote into the configuration of agents' harnesses, so that a part that goes missing is noticed, also after
-- the editor was closed. A person's file serves all projects, so it belongs to none; only the machine knows its path.
create table hook_files (
  machine text not null check (machine <> ''),
  path text not null check (path <> ''),
  harness text not null check (harness <> ''),
  scope text not null check (scope in ('user', 'project')),
  state text not null check (state in ('in_force', 'missing', 'altered', 'switched_off')),
  -- SHA-256 of our part as it was last in force, hexadecimal.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  since timestamptz not null default now(),
  primary key (machine, path)
);

-- When hooks of a harness last called, to the minute.
create table hook_firings (
  project_id uuid not null references projects (id),
  machine text not null check (machine <> ''),
  harness text not null check (harness <> ''),
  fired_at timestamptz not null default now(),
  primary key (project_id, machine, harness)
);
