-- Where row-level security binds whoever asks, an operator on arrays leads to no index: Postgres may not tell it values before
-- it has checked whose rows they are. These look memories up as their owner, and check the project themselves. Without
-- scans of whole tables, which the planner takes for cheaper, since it knows how common terms are and not how rare these.

-- Memories that hold one of these terms, all of those, or all of the others. Null leaves a choice out; `most` null: all of them.
create function memories_holding(of_project uuid, one_of int[], all_of int[], or_all_of int[], most int)
returns table (id uuid, project_id uuid, written_at timestamptz, event_type text, tags text[], terms int[])
language sql stable rows 2000 as $$
  -- The index of terms leads and not that of the project: terms differ from project to project.
  with holding as materialized (
    select * from memories where terms && one_of or terms @> all_of or terms @> or_all_of
  )
  select id, project_id, written_at, event_type, tags, terms from holding
  where project_id = of_project and (interlock_project() is null or of_project = interlock_project())
  limit most
$$;

-- Words that one of these slips leads to.
create function words_near(of_project uuid, slips int[], most int)
returns table (word text, stem text, documents int)
language sql stable rows 20 as $$
  with near_one as materialized (select * from memory_words where near && slips)
  select word, stem, documents from near_one
  where project_id = of_project and (interlock_project() is null or of_project = interlock_project())
  limit most
$$;

do $$
declare
  lookup text;
begin
  foreach lookup in array array[
    'memories_holding(uuid, int[], int[], int[], int)', 'words_near(uuid, int[], int)'
  ] loop
    execute format('revoke execute on function %s from public', lookup);
    execute format(
      'alter function %s security definer set search_path = %I, pg_temp set enable_seqscan = off',
      lookup, current_schema());
  end loop;
end
$$;

-- Tables first, then what the service may look up in them.
alter function protect_tables() rename to protect_each_table;
create function protect_tables() returns void language plpgsql as $$
begin
  perform protect_each_table();
  if exists (select from pg_roles where rolname = 'interlock_service') then
    grant execute on function memories_holding(uuid, int[], int[], int[], int) to interlock_service;
    grant execute on function words_near(uuid, int[], int) to interlock_service;
  end if;
end
$$;
revoke execute on function protect_tables() from public;
select protect_tables();
