-- A grant is of one of two kinds: calls pass where only its rules ask, or the policies let the session call the operation.
alter table session_grants
  drop constraint session_grants_rules_check,
  alter column granted_by drop not null,
  add column covers text not null default 'rules' check (covers in ('rules', 'operation')),
  add constraint session_grants_rules_check check ((covers = 'rules') = (cardinality(rules) > 0)),
  -- What a rule asks a person about, only a person grants.
  add constraint session_grants_by_person check (granted_by is not null or covers = 'operation');

alter table session_grants alter column covers drop default;
