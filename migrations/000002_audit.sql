-- The record: append-only, gap-free and hash-chained for each project.
--
-- hash(n) = sha256( hash(n-1) || n as int8 || microseconds since 1970 as int8 || body )
-- hash(0) = sha256( 'interlock audit ' || project id )
--
-- The body is kept as the exact text that was hashed (canonical JSON, RFC 8785), never as jsonb, which would
-- reorder it.

create table audit_heads (
  project_id uuid primary key references projects (id),
  sequence bigint not null check (sequence >= 0),
  hash bytea not null,
  recorded_at timestamptz not null
);

create table audit_log (
  project_id uuid not null references projects (id),
  sequence bigint not null check (sequence > 0),
  recorded_at timestamptz not null,
  body text not null,
  hash bytea not null,
  primary key (project_id, sequence)
);

-- Appends one record. The row of audit_heads is the lock that serialises writers of one project on every machine,
-- held until the writer's transaction ends, so that the chain cannot fork and a rolled-back act leaves no gap.
create function append_audit(of_project uuid, record_body text) returns bigint
language plpgsql as $$
declare
  head audit_heads%rowtype;
  next_at timestamptz;
  next_sequence bigint;
  next_hash bytea;
begin
  select * into head from audit_heads where project_id = of_project for update;
  if not found then
    insert into audit_heads (project_id, sequence, hash, recorded_at)
    values (of_project, 0, sha256(convert_to('interlock audit ' || of_project::text, 'UTF8')), clock_timestamp())
    on conflict (project_id) do nothing;
    select * into strict head from audit_heads where project_id = of_project for update;
  end if;
  next_sequence := head.sequence + 1;
  next_at := greatest(head.recorded_at, clock_timestamp());
  next_hash := sha256(
    head.hash || int8send(next_sequence)
    || int8send((extract(epoch from next_at) * 1000000)::bigint)
    || convert_to(record_body, 'UTF8')
  );
  update audit_heads set sequence = next_sequence, hash = next_hash, recorded_at = next_at where project_id = of_project;
  insert into audit_log (project_id, sequence, recorded_at, body, hash)
  values (of_project, next_sequence, next_at, record_body, next_hash);
  return next_sequence;
end
$$;

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

-- `enable always`: the triggers fire in every session_replication_role, and for the table's owner too.
create trigger audit_log_only_grows before update or delete or truncate on audit_log
  for each statement execute function refuse_audit_change();
alter table audit_log enable always trigger audit_log_only_grows;

create trigger audit_heads_stay before delete or truncate on audit_heads
  for each statement execute function refuse_audit_change();
alter table audit_heads enable always trigger audit_heads_stay;

create function refuse_audit_rewind() returns trigger language plpgsql as $$
begin
  if new.project_id <> old.project_id or new.sequence <> old.sequence + 1 then
    raise exception 'the head of the audit log only moves forward, one record at a time'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

create trigger audit_heads_move_forward before update on audit_heads
  for each row execute function refuse_audit_rewind();
alter table audit_heads enable always trigger audit_heads_move_forward;
