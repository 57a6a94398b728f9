-- Two roles: `interlock_service` is what a coordinator works as, `interlock_reader` is for dashboards. Where the user who
-- connects may not make roles, somebody who may can make them beforehand (README.md beside this file).
do $$
declare
  role_name text;
begin
  foreach role_name in array array['interlock_service', 'interlock_reader'] loop
    begin
      if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
      end if;
    exception when insufficient_privilege or duplicate_object or unique_violation then
      raise notice 'the role % was not made: %', role_name, sqlerrm;
    end;
  end loop;
  begin
    if not (select rolsuper from pg_roles where rolname = session_user) then
      execute format('grant interlock_service to %I', session_user);
    end if;
  exception when others then
    raise notice '% may not work as interlock_service: %', session_user, sqlerrm;
  end;
end
$$;

-- The project that the transaction is about (`set local interlock.project`); null: any.
create function interlock_project() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('interlock.project', true), '')::uuid
$$;

-- Appending and removing are what the service may do to the record, and nothing else.
revoke execute on function append_audit(uuid, text) from public;
revoke execute on function remove_audit(uuid, bigint, bigint, bytea, bytea, bigint) from public;
do $$
declare
  owned text;
begin
  foreach owned in array array[
    'append_audit(uuid, text)', 'remove_audit(uuid, bigint, bigint, bytea, bytea, bigint)'
  ] loop
    execute format('alter function %s security definer set search_path = %I, pg_temp', owned, current_schema());
  end loop;
end
$$;

-- What dashboards see, of the project that they say: nothing of memories, the record, grants or secrets, and no content.
-- Null: all columns.
create function readable_columns(of_table text) returns text[] language sql immutable as $$
  select case of_table
    when 'projects' then '{id,name,created_at}'
    when 'sessions' then '{id,project_id,agent_id,agent_type,harness,client_name,client_version,capabilities,current_task,delegated_from,machine,started_at,last_seen_at,ended_at,end_reason}'
    when 'locks' then '{project_id,session_id,kind,path,mode,automatic,agent_id,agent_type,branch,reason,fence,acquired_at,expires_at}'
    when 'lock_waiters' then '{project_id,session_id,kind,path,mode,agent_id,agent_type,waits_since,lease_until}'
    when 'tasks' then '{id,project_id,number,task_type,priority,deadline,max_attempts,status,submitted_at,submitted_by,claimed_by_agent,claimed_at,started_at,lease_until,hold_reason,failure_code,ended_at}'
    when 'task_dependencies' then '{project_id,task_id,depends_on,waived}'
    when 'approvals' then '{id,project_id,session_id,agent_id,agent_type,operation,status,requested_at,expires_at,decided_at,decided_by_name,scope,closed_at}'
    when 'profiles' then '{project_id,name,agent_type,trust_level,enabled}'
    when 'guardrail_rules' then '{id,category,severity,min_trust,enabled}'
    when 'network_rules' then '{id,project_id,profile,pattern,port,verdict,priority}'
  end::text[]
$$;

-- Puts every table under row-level security, with its policies and privileges. Called after migrations: a new table is closed
-- to everybody but its owner and the service until it is named above.
create function protect_tables() returns void language plpgsql as $$
declare
  service constant boolean := exists (select from pg_roles where rolname = 'interlock_service');
  reader constant boolean := exists (select from pg_roles where rolname = 'interlock_reader');
  protected record;
  visible text;
  seen text[];
begin
  for protected in
    select relname::text as name,
      (select attname::text from pg_attribute
        where attrelid = pg_class.oid and not attisdropped
          and attname = case relname when 'projects' then 'id' else 'project_id' end) as project,
      (select not attnotnull from pg_attribute
        where attrelid = pg_class.oid and not attisdropped and attname = 'project_id') as may_be_null
    from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
  loop
    execute format('alter table %I enable row level security', protected.name);
    execute format('revoke all on %I from public', protected.name);
    visible := case
      when protected.project is null then 'true'
      else format('%I = (select interlock_project())%s%s', protected.project,
        case when protected.may_be_null then format(' or %I is null', protected.project) end,
        -- The store is a project too: whoever waits for its turn must find it.
        case when protected.name = 'projects' then ' or id = ''00000000-0000-0000-0000-000000000000''' end)
    end;
    if service then
      execute format('drop policy if exists service on %I', protected.name);
      execute format('create policy service on %I to interlock_service using (%s)', protected.name,
        case protected.project is null when true then 'true'
          else format('(select interlock_project()) is null or %s', visible) end);
      execute format('revoke all on %I from interlock_service', protected.name);
      execute format('grant %s on %I to interlock_service',
        case when protected.name like 'audit\_%' or protected.name = 'schema_migrations' then 'select'
          else 'select, insert, update, delete' end, protected.name);
    end if;
    if reader then
      execute format('drop policy if exists reader on %I', protected.name);
      execute format('revoke all on %I from interlock_reader', protected.name);
      seen := readable_columns(protected.name);
      if seen is not null then
        execute format('create policy reader on %I for select to interlock_reader using (%s)', protected.name, visible);
        execute format('grant select (%s) on %I to interlock_reader',
          (select string_agg(quote_ident(each), ', ') from unnest(seen) as each), protected.name);
      end if;
    end if;
  end loop;
  if service then
    execute format('grant usage on schema %I to interlock_service', current_schema());
    execute format('grant usage on all sequences in schema %I to interlock_service', current_schema());
    grant execute on function append_audit(uuid, text) to interlock_service;
    grant execute on function remove_audit(uuid, bigint, bigint, bytea, bytea, bigint) to interlock_service;
  end if;
  if reader then
    execute format('grant usage on schema %I to interlock_reader', current_schema());
  end if;
end
$$;
revoke execute on function protect_tables() from public;
