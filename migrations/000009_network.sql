-- Which hosts agents may reach.

create table network_rules (
  id uuid primary key,
  -- Null: every project of this store.
  project_id uuid references projects (id) on delete cascade,
  -- Null: whatever the profile of the agent.
  profile text check (profile <> ''),
  -- `*`, a host in lower case and ASCII, or `*.` and a host, which covers everything below it and not the host itself.
  pattern text not null check (pattern ~ '^(\*|(\*\.)?[a-z0-9._-]+|\[[0-9a-f:]+\])$' and length(pattern) <= 255),
  -- Null: any.
  port int check (port between 1 and 65535),
  verdict text not null check (verdict in ('allow', 'deny')),
  -- 1 goes first. Rules of a profile go before all others.
  priority int not null check (priority between 1 and 1000),
  reason text not null check (reason <> ''),
  changed_at timestamptz not null default now(),
  changed_by text not null,
  -- One answer for one thing.
  unique nulls not distinct (project_id, profile, pattern, port)
);

insert into network_rules (id, pattern, verdict, priority, reason, changed_by)
select gen_random_uuid(), pattern, 'allow', 500, 'comes with Interlock', 'interlock'
from unnest(array[
  'github.com', '*.github.com', 'raw.githubusercontent.com', '*.npmjs.org', 'pypi.org', '*.supabase.co'
]) as pattern;
