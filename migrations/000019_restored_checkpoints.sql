-- A restored store has checkpoints over records that are in no table any more. Such a checkpoint is the truth where what is left
-- says so: the first record behind it hashes over it, and the record of the removal is there. That is checked when the
-- transaction ends, since a backup is read table by table.
create function check_kept_chain() returns trigger language plpgsql as $$
declare
  following audit_log%rowtype;
begin
  select * into following from audit_log
  where project_id = new.project_id and sequence > new.sequence order by sequence limit 1;
  -- Below a later checkpoint nothing is left to compare with, and that one was compared.
  if exists (
    select from audit_checkpoints where project_id = new.project_id and sequence > new.sequence
  ) then
    return null;
  end if;
  if following.sequence is distinct from new.sequence + 1 or following.hash <> sha256(
    new.hash || int8send(following.sequence)
    || int8send((extract(epoch from following.recorded_at) * 1000000)::bigint) || convert_to(following.body, 'UTF8')
  ) or not exists (
    select from audit_log
    where project_id = new.project_id and sequence = new.recorded_as
      and body::jsonb ->> 'operation' = 'remove_audit'
      and body::jsonb -> 'facts' @> jsonb_build_object(
        'first_sequence', new.first_sequence, 'sequence', new.sequence,
        'hash', encode(new.hash, 'hex'), 'export_sha256', encode(new.export_sha256, 'hex'))
  ) then
    raise exception 'what is left of the audit log does not continue its checkpoint' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;

create constraint trigger audit_checkpoints_are_continued after insert on audit_checkpoints
  deferrable initially deferred for each row execute function check_kept_chain();
alter table audit_checkpoints enable always trigger audit_checkpoints_are_continued;

create or replace function check_audit_checkpoint() returns trigger language plpgsql as $$
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
  -- Nothing is there that it could let go: what is left vouches for it when the transaction ends.
  if not exists (
    select from audit_log where project_id = new.project_id and sequence <= new.sequence
  ) then
    return new;
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
