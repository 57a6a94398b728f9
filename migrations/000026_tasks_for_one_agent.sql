-- A task may be for one agent alone.
alter table tasks add column for_agent text check (for_agent <> '');
