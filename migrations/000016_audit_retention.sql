-- What is old leaves the record: exported first, under a checkpoint that the rest of the chain vouches for.

-- The chain from `first_sequence` to `sequence` was exported and removed; the next record hashes over `hash`.
create table audit_checkpoints (
  project_id uuid not null references projects (id),
  first_sequence bigint not null check (first_sequence > 0),
  sequence bigint not null check (sequence >= first_sequence),
  hash bytea not null,
  -- SHA-256 of the exported file.
  export_sha256 bytea not null check (octet_length(export_sha256) = 32),
  -- The record of the removal, which stands behind what was removed and holds the same facts.
  recorded_as bigint not null check (recorded_as > sequence),
  removed_at timestamptz not null default now(),
  primary key (project_id, sequence)
);

-- A checkpoint is the truth or is refused: it continues the last one, every record under it is there and hashes to the
-- next, all of them are older than a day, and the removal is on the record itself.
create function check_audit_checkpoint() returns trigger language plpgsql as $$
declare
  before_sequence bigint;
  before_hash bytea;
  good bigint;
  newest timestamptz;
begin
  select sequence, hash into before_sequence, before_hash from audit_checkpoints
  where project_id = new.project_id order by sequence desc limit 1;
  before_sequence := coalesce(before_sequence, 0);
  before_hash := coalesce(before_hash, sha256(convert_to('interlock audit ' || new.project_id::text, 'UTF8')));
  if new.first_sequence <> before_sequence + 1 then
    raise exception 'a checkpoint of the audit log continues the last one' using errcode = 'insufficient_privilege';
  end if;
  select count(*) filter (where hash = sha256(
      previous || int8send(sequence) || int8send((extract(epoch from recorded_at) * 1000000)::bigint)
      || convert_to(body, 'UTF8'))),
    max(recorded_at)
  into good, newest
  from (
    select *, lag(hash, 1, before_hash) over (order by sequence) as previous from audit_log
    where project_id = new.project_id and sequence between new.first_sequence and new.sequence
  ) as segment;
  if good <> new.sequence - new.first_sequence + 1 or not exists (
    select from audit_log
    where project_id = new.project_id and sequence = new.sequence and hash = new.hash
  ) then
    raise exception 'what a checkpoint of the audit log stands for is not a whole chain'
      using errcode = 'insufficient_privilege';
  end if;
  if newest > now() - interval '1 day' then
    raise exception 'the audit log keeps the records of the last day' using errcode = 'insufficient_privilege';
  end if;
  if not exists (
    select from audit_log
    where project_id = new.project_id and sequence = new.recorded_as
      and body::jsonb ->> 'operation' = 'remove_audit'
      and body::jsonb -> 'facts' @> jsonb_build_object(
        'first_sequence', new.first_sequence, 'sequence', new.sequence,
        'hash', encode(new.hash, 'hex'), 'export_sha256', encode(new.export_sha256, 'hex'))
  ) then
    raise exception 'the audit log has no record of this removal' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

create trigger audit_checkpoints_are_true before insert on audit_checkpoints
  for each row execute function check_audit_checkpoint();
alter table audit_checkpoints enable always trigger audit_checkpoints_are_true;

create trigger audit_checkpoints_stay before update or delete or truncate on audit_checkpoints
  for each statement execute function refuse_audit_change();
alter table audit_checkpoints enable always trigger audit_checkpoints_stay;

-- Deleting is refused as before, but for what lies under a checkpoint. No switch turns this off.
create function refuse_audit_removal() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone where not exists (
      select from audit_checkpoints
      where audit_checkpoints.project_id = gone.project_id and audit_checkpoints.sequence >= gone.sequence
    )
  ) then
    raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

create trigger audit_log_keeps_records after delete on audit_log referencing old table as gone
  for each statement execute function refuse_audit_removal();
alter table audit_log enable always trigger audit_log_keeps_records;

drop trigger audit_log_only_grows on audit_log;
create trigger audit_log_only_grows before update or truncate on audit_log
  for each statement execute function refuse_audit_change();
alter table audit_log enable always trigger audit_log_only_grows;

-- Leaves a checkpoint and removes what lies under it, at once or not at all. Answers how many records there were.
create function remove_audit(
  of_project uuid, from_sequence bigint, to_sequence bigint, last_hash bytea, exported bytea, as_recorded bigint
) returns bigint
language plpgsql as $$
declare
  removed bigint;
begin
  insert into audit_checkpoints (project_id, first_sequence, sequence, hash, export_sha256, recorded_as)
  values (of_project, from_sequence, to_sequence, last_hash, exported, as_recorded);
  delete from audit_log where project_id = of_project and sequence <= to_sequence;
  get diagnostics removed = row_count;
  return removed;
end
$$;
