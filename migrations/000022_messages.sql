-- What one agent, or a person, tells another agent while both work.
create table messages (
  id uuid primary key,
  project_id uuid not null references projects (id),
  -- Null: a person.
  from_session uuid references sessions (id),
  from_name text not null check (from_name <> ''),
  delegated_from text,
  to_agent text not null check (to_agent <> ''),
  -- Null: whichever session of that agent reads it first.
  to_session uuid references sessions (id),
  text text not null check (text <> ''),
  sent_at timestamptz not null default clock_timestamp(),
  -- When the answer to a tool call showed it. It waits to be read all the same.
  told_at timestamptz,
  read_at timestamptz,
  read_by uuid references sessions (id),
  check ((read_at is null) = (read_by is null))
);

create index messages_by_time on messages (project_id, sent_at desc, id desc);
create index messages_unread on messages (project_id, to_agent) where read_at is null;
