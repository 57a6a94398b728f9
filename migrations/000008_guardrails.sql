-- The guardrail rules of this store. What a rule recognises is code; whether it is on, how strict it is and whose trust
-- passes it stands here, for all coordinators. The set is that of the code: each coordinator adds those it knows.

create table guardrail_rules (
  id text primary key check (id <> ''),
  category text not null,
  severity text not null check (severity in ('block', 'approval_required', 'warn', 'log')),
  -- The least trust at which the effect is only logged; 5: nobody's.
  min_trust int not null check (min_trust between 0 and 5),
  enabled boolean not null default true,
  why text not null,
  suggestion text,
  changed_at timestamptz,
  changed_by text,
  change_reason text,
  check ((changed_at is null) = (changed_by is null))
);
