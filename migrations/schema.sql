-- Made from the migrations by `npm run schema`, for reading and for diffs. Never run.

create sequence lock_tickets as bigint;

create table agent_branches (
  project_id uuid not null,
  source text not null,
  ref text not null,
  remote text,
  branch text not null,
  agent_id text not null,
  task_id text not null,
  tip text not null,
  base text,
  worktree text,
  standing text not null,
  files jsonb not null,
  moved_at timestamp with time zone not null,
  constraint agent_branches_pkey PRIMARY KEY (project_id, source, ref),
  constraint agent_branches_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint agent_branches_project_id_source_fkey FOREIGN KEY (project_id, source) REFERENCES clones(project_id, source) ON DELETE CASCADE,
  constraint agent_branches_standing_check CHECK ((standing = ANY (ARRAY['open'::text, 'merged'::text, 'unknown'::text])))
);
CREATE INDEX agent_branches_by_branch ON public.agent_branches USING btree (project_id, branch);
alter table agent_branches enable row level security;
create policy service on agent_branches as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on agent_branches to interlock_service;

create table api_keys (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  agent_id text not null,
  agent_type text not null,
  delegated_from text,
  secret_hash bytea not null,
  former_hash bytea,
  former_until timestamp with time zone,
  realm uuid default gen_random_uuid() not null,
  created_at timestamp with time zone default now() not null,
  created_by text not null,
  rotated_at timestamp with time zone,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  use_count bigint default 0 not null,
  revoked_at timestamp with time zone,
  revoked_by text,
  revoked_reason text,
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_agent_id_check CHECK ((agent_id <> ''::text)),
  constraint api_keys_agent_type_check CHECK ((agent_type <> ''::text)),
  constraint api_keys_check CHECK (((former_hash IS NULL) = (former_until IS NULL))),
  constraint api_keys_check1 CHECK ((((revoked_at IS NULL) = (revoked_by IS NULL)) AND ((revoked_at IS NULL) = (revoked_reason IS NULL)))),
  constraint api_keys_former_hash_check CHECK ((octet_length(former_hash) = 32)),
  constraint api_keys_name_check CHECK ((name <> ''::text)),
  constraint api_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint api_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);
CREATE INDEX api_keys_by_project ON public.api_keys USING btree (project_id, created_at);
alter table api_keys enable row level security;
create policy service on api_keys as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on api_keys to interlock_service;

create table approvals (
  id uuid not null,
  project_id uuid not null,
  session_id uuid not null,
  agent_id text not null,
  agent_type text not null,
  delegated_from text,
  filed_by text not null,
  operation text not null,
  resource_type text not null,
  resource_id text not null,
  content_hash bytea not null,
  rules text[] not null,
  asks jsonb not null,
  policy jsonb,
  summary jsonb not null,
  justification text,
  changeset_id text,
  status text default 'pending'::text not null,
  requested_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by uuid,
  decided_by_name text,
  reason text,
  scope text,
  grant_id uuid,
  lifted_at timestamp with time zone,
  closed_at timestamp with time zone,
  close_reason text,
  constraint approvals_pkey PRIMARY KEY (id),
  constraint approvals_asks_check CHECK ((jsonb_typeof(asks) = 'array'::text)),
  constraint approvals_check CHECK ((expires_at > requested_at)),
  constraint approvals_check1 CHECK (((filed_by = 'corridor'::text) = (cardinality(rules) > 0))),
  constraint approvals_check2 CHECK ((((decided_at IS NULL) = (decided_by IS NULL)) AND ((decided_at IS NULL) = (decided_by_name IS NULL)))),
  constraint approvals_check3 CHECK (((status <> 'pending'::text) OR (decided_at IS NULL))),
  constraint approvals_check4 CHECK (((status <> ALL (ARRAY['approved'::text, 'denied'::text, 'consumed'::text])) OR (decided_at IS NOT NULL))),
  constraint approvals_check5 CHECK (((scope IS NULL) = ((status = ANY (ARRAY['pending'::text, 'denied'::text])) OR (decided_at IS NULL)))),
  constraint approvals_check6 CHECK (((grant_id IS NULL) OR (scope = ANY (ARRAY['session'::text, 'minutes'::text])))),
  constraint approvals_check7 CHECK (((closed_at IS NULL) = (status = ANY (ARRAY['pending'::text, 'approved'::text, 'denied'::text])))),
  constraint approvals_check8 CHECK (((lifted_at IS NULL) OR (status = ANY (ARRAY['denied'::text, 'expired'::text])))),
  constraint approvals_content_hash_check CHECK ((octet_length(content_hash) = 32)),
  constraint approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES operators(id),
  constraint approvals_filed_by_check CHECK ((filed_by = ANY (ARRAY['corridor'::text, 'agent'::text]))),
  constraint approvals_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES session_grants(id),
  constraint approvals_operation_check CHECK ((operation <> ''::text)),
  constraint approvals_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint approvals_resource_id_check CHECK ((octet_length(resource_id) <= 1024)),
  constraint approvals_scope_check CHECK ((scope = ANY (ARRAY['once'::text, 'session'::text, 'minutes'::text]))),
  constraint approvals_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint approvals_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'denied'::text, 'expired'::text, 'cancelled'::text, 'consumed'::text]))),
  constraint approvals_summary_check CHECK ((jsonb_typeof(summary) = 'object'::text))
);
CREATE INDEX approvals_by_project ON public.approvals USING btree (project_id, requested_at);
CREATE INDEX approvals_of_content ON public.approvals USING btree (session_id, content_hash);
CREATE UNIQUE INDEX approvals_open ON public.approvals USING btree (session_id, filed_by, operation, resource_type, resource_id, content_hash) WHERE (status = ANY (ARRAY['pending'::text, 'approved'::text]));
CREATE INDEX approvals_to_expire ON public.approvals USING btree (expires_at) WHERE (status = ANY (ARRAY['pending'::text, 'approved'::text]));
alter table approvals enable row level security;
create policy reader on approvals as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on approvals as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on approvals to interlock_service;
grant select (agent_id, agent_type, closed_at, decided_at, decided_by_name, expires_at, id, operation, project_id, requested_at, scope, session_id, status) on approvals to interlock_reader;

create table audit_checkpoints (
  project_id uuid not null,
  first_sequence bigint not null,
  sequence bigint not null,
  hash bytea not null,
  export_sha256 bytea not null,
  recorded_as bigint not null,
  removed_at timestamp with time zone default now() not null,
  constraint audit_checkpoints_pkey PRIMARY KEY (project_id, sequence),
  constraint audit_checkpoints_check CHECK ((sequence >= first_sequence)),
  constraint audit_checkpoints_check1 CHECK ((recorded_as > sequence)),
  constraint audit_checkpoints_export_sha256_check CHECK ((octet_length(export_sha256) = 32)),
  constraint audit_checkpoints_first_sequence_check CHECK ((first_sequence > 0)),
  constraint audit_checkpoints_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE CONSTRAINT TRIGGER audit_checkpoints_are_continued AFTER INSERT ON public.audit_checkpoints DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_kept_chain();
alter table audit_checkpoints enable always trigger audit_checkpoints_are_continued;
CREATE TRIGGER audit_checkpoints_are_true BEFORE INSERT ON public.audit_checkpoints FOR EACH ROW EXECUTE FUNCTION check_audit_checkpoint();
alter table audit_checkpoints enable always trigger audit_checkpoints_are_true;
CREATE TRIGGER audit_checkpoints_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_checkpoints enable always trigger audit_checkpoints_stay;
alter table audit_checkpoints enable row level security;
create policy service on audit_checkpoints as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant select on audit_checkpoints to interlock_service;

create table audit_heads (
  project_id uuid not null,
  sequence bigint not null,
  hash bytea not null,
  recorded_at timestamp with time zone not null,
  constraint audit_heads_pkey PRIMARY KEY (project_id),
  constraint audit_heads_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint audit_heads_sequence_check CHECK ((sequence >= 0))
);
CREATE TRIGGER audit_heads_move_forward BEFORE UPDATE ON public.audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_audit_rewind();
alter table audit_heads enable always trigger audit_heads_move_forward;
CREATE TRIGGER audit_heads_stay BEFORE DELETE OR TRUNCATE ON public.audit_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_heads enable always trigger audit_heads_stay;
alter table audit_heads enable row level security;
create policy service on audit_heads as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant select on audit_heads to interlock_service;

create table audit_log (
  project_id uuid not null,
  sequence bigint not null,
  recorded_at timestamp with time zone not null,
  body text not null,
  hash bytea not null,
  constraint audit_log_pkey PRIMARY KEY (project_id, sequence),
  constraint audit_log_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint audit_log_sequence_check CHECK ((sequence > 0))
);
CREATE TRIGGER audit_log_keeps_records AFTER DELETE ON public.audit_log REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_removal();
alter table audit_log enable always trigger audit_log_keeps_records;
CREATE TRIGGER audit_log_only_grows BEFORE UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
alter table audit_log enable always trigger audit_log_only_grows;
alter table audit_log enable row level security;
create policy service on audit_log as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant select on audit_log to interlock_service;

create table branch_locks (
  project_id uuid not null,
  session_id uuid not null,
  kind text not null,
  key text not null,
  path text not null,
  base text collate "C" not null,
  folds_case boolean not null,
  agent_id text not null,
  branch text not null,
  worktree text,
  tied_to uuid,
  reason text not null,
  acquired_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint branch_locks_pkey PRIMARY KEY (session_id, kind, key),
  constraint branch_locks_key_check CHECK ((key <> ''::text)),
  constraint branch_locks_kind_check CHECK ((kind = ANY (ARRAY['file'::text, 'glob'::text, 'key'::text]))),
  constraint branch_locks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint branch_locks_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
CREATE INDEX branch_locks_by_base ON public.branch_locks USING btree (project_id, base);
alter table branch_locks enable row level security;
create policy service on branch_locks as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on branch_locks to interlock_service;

create table clones (
  project_id uuid not null,
  source text not null,
  machine text not null,
  folder text not null,
  oddities text[] not null,
  bases text[] not null,
  looked_at timestamp with time zone not null,
  constraint clones_pkey PRIMARY KEY (project_id, source),
  constraint clones_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
alter table clones enable row level security;
create policy service on clones as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on clones to interlock_service;

create table github_deleted_labels (
  project_id uuid not null,
  repository text not null,
  label_id bigint not null,
  deleted_at timestamp with time zone default now() not null,
  constraint github_deleted_labels_pkey PRIMARY KEY (project_id, repository, label_id),
  constraint github_deleted_labels_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
alter table github_deleted_labels enable row level security;
create policy service on github_deleted_labels as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_deleted_labels to interlock_service;

create table github_deliveries (
  project_id uuid not null,
  delivery_id text not null,
  event text not null,
  received_at timestamp with time zone default now() not null,
  constraint github_deliveries_pkey PRIMARY KEY (project_id, delivery_id),
  constraint github_deliveries_delivery_id_check CHECK ((delivery_id <> ''::text)),
  constraint github_deliveries_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX github_deliveries_by_time ON public.github_deliveries USING btree (project_id, received_at);
alter table github_deliveries enable row level security;
create policy service on github_deliveries as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_deliveries to interlock_service;

create table github_items (
  id uuid not null,
  project_id uuid not null,
  repository text not null,
  number integer not null,
  kind text not null,
  title text not null,
  body text not null,
  state text not null,
  url text not null,
  author text,
  labels jsonb not null,
  updated_at timestamp with time zone not null,
  read_at timestamp with time zone,
  digest text not null,
  heard_at timestamp with time zone not null,
  constraint github_items_pkey PRIMARY KEY (id),
  constraint github_items_project_id_repository_number_key UNIQUE (project_id, repository, number),
  constraint github_items_kind_check CHECK ((kind = ANY (ARRAY['issue'::text, 'pull_request'::text]))),
  constraint github_items_number_check CHECK ((number > 0)),
  constraint github_items_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint github_items_repository_check CHECK ((repository <> ''::text)),
  constraint github_items_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'gone'::text])))
);
CREATE INDEX github_items_by_hearing ON public.github_items USING btree (project_id, heard_at);
alter table github_items enable row level security;
create policy service on github_items as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_items to interlock_service;

create table github_label_facts (
  project_id uuid not null,
  item_id uuid not null,
  label text not null,
  at timestamp with time zone not null,
  was_set boolean not null,
  login text not null,
  constraint github_label_facts_pkey PRIMARY KEY (item_id, label, at, was_set, login),
  constraint github_label_facts_item_id_fkey FOREIGN KEY (item_id) REFERENCES github_items(id) ON DELETE CASCADE,
  constraint github_label_facts_label_check CHECK ((label <> ''::text)),
  constraint github_label_facts_login_check CHECK ((login <> ''::text)),
  constraint github_label_facts_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX github_label_facts_by_project ON public.github_label_facts USING btree (project_id);
alter table github_label_facts enable row level security;
create policy service on github_label_facts as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_label_facts to interlock_service;

create table github_outcomes (
  project_id uuid not null,
  item_id uuid not null,
  label text not null,
  decided_for timestamp with time zone not null,
  outcome text not null,
  code text,
  reason text,
  login text not null,
  path text,
  submission_key text,
  task_id uuid,
  told boolean default false not null,
  changed_at timestamp with time zone default clock_timestamp() not null,
  constraint github_outcomes_pkey PRIMARY KEY (item_id, label, decided_for),
  constraint github_outcomes_check CHECK (((outcome = ANY (ARRAY['waits'::text, 'refused'::text, 'ended'::text])) <= (reason IS NOT NULL))),
  constraint github_outcomes_item_id_fkey FOREIGN KEY (item_id) REFERENCES github_items(id) ON DELETE CASCADE,
  constraint github_outcomes_label_check CHECK ((label <> ''::text)),
  constraint github_outcomes_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'waits'::text, 'refused'::text, 'ended'::text]))),
  constraint github_outcomes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX github_outcomes_by_project ON public.github_outcomes USING btree (project_id);
CREATE INDEX github_outcomes_by_task ON public.github_outcomes USING btree (task_id) WHERE (task_id IS NOT NULL);
alter table github_outcomes enable row level security;
create policy service on github_outcomes as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_outcomes to interlock_service;

create table github_polls (
  project_id uuid not null,
  machine text not null,
  repository text not null,
  remotes text[] not null,
  page text,
  state text not null,
  message text,
  next text,
  resumes_at timestamp with time zone,
  read_to timestamp with time zone,
  convention text default 'locked: agent: status:'::text not null,
  constraint github_polls_pkey PRIMARY KEY (project_id, machine, repository),
  constraint github_polls_convention_check CHECK ((convention <> ''::text)),
  constraint github_polls_machine_check CHECK ((machine <> ''::text)),
  constraint github_polls_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint github_polls_repository_check CHECK ((repository <> ''::text)),
  constraint github_polls_state_check CHECK ((state <> ''::text))
);
alter table github_polls enable row level security;
create policy service on github_polls as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_polls to interlock_service;

create table github_writes (
  id uuid not null,
  project_id uuid not null,
  key text not null,
  repository text not null,
  number integer not null,
  kind text not null,
  label text,
  body text,
  state text default 'wanted'::text not null,
  attempts integer default 0 not null,
  next_at timestamp with time zone default clock_timestamp() not null,
  last_error text,
  wanted_at timestamp with time zone default clock_timestamp() not null,
  settled_at timestamp with time zone,
  constraint github_writes_pkey PRIMARY KEY (id),
  constraint github_writes_project_id_key_key UNIQUE (project_id, key),
  constraint github_writes_attempts_check CHECK ((attempts >= 0)),
  constraint github_writes_body_check CHECK ((body <> ''::text)),
  constraint github_writes_check CHECK (((kind = 'comment'::text) = (body IS NOT NULL))),
  constraint github_writes_check1 CHECK (((kind = 'comment'::text) = (label IS NULL))),
  constraint github_writes_check2 CHECK (((state = 'wanted'::text) = (settled_at IS NULL))),
  constraint github_writes_key_check CHECK ((key <> ''::text)),
  constraint github_writes_kind_check CHECK ((kind = ANY (ARRAY['add_label'::text, 'remove_label'::text, 'comment'::text]))),
  constraint github_writes_label_check CHECK ((label <> ''::text)),
  constraint github_writes_number_check CHECK ((number > 0)),
  constraint github_writes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint github_writes_state_check CHECK ((state = ANY (ARRAY['wanted'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX github_writes_due ON public.github_writes USING btree (project_id, next_at) WHERE (state = 'wanted'::text);
alter table github_writes enable row level security;
create policy service on github_writes as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on github_writes to interlock_service;

create table guardrail_rules (
  id text not null,
  category text not null,
  severity text not null,
  min_trust integer not null,
  enabled boolean default true not null,
  why text not null,
  suggestion text,
  changed_at timestamp with time zone,
  changed_by text,
  change_reason text,
  constraint guardrail_rules_pkey PRIMARY KEY (id),
  constraint guardrail_rules_check CHECK (((changed_at IS NULL) = (changed_by IS NULL))),
  constraint guardrail_rules_id_check CHECK ((id <> ''::text)),
  constraint guardrail_rules_min_trust_check CHECK (((min_trust >= 0) AND (min_trust <= 5))),
  constraint guardrail_rules_severity_check CHECK ((severity = ANY (ARRAY['block'::text, 'approval_required'::text, 'warn'::text, 'log'::text])))
);
alter table guardrail_rules enable row level security;
create policy reader on guardrail_rules as permissive for select to interlock_reader using (true);
create policy service on guardrail_rules as permissive for all to interlock_service using (true);
grant delete, insert, select, update on guardrail_rules to interlock_service;
grant select (category, enabled, id, min_trust, severity) on guardrail_rules to interlock_reader;

create table handoffs (
  id uuid not null,
  project_id uuid not null,
  session_id uuid not null,
  agent_id text not null,
  agent_type text not null,
  delegated_from text,
  branch text,
  written_at timestamp with time zone default now() not null,
  to_agent text,
  summary text not null,
  completed_work text[] not null,
  in_progress text[] not null,
  decisions text[] not null,
  next_steps text[] not null,
  relevant_files text[] not null,
  lock_paths text[] not null,
  accepted_by uuid,
  accepted_by_agent text,
  accepted_at timestamp with time zone,
  constraint handoffs_pkey PRIMARY KEY (id),
  constraint handoffs_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES sessions(id),
  constraint handoffs_check CHECK ((((accepted_by IS NULL) = (accepted_at IS NULL)) AND ((accepted_by IS NULL) = (accepted_by_agent IS NULL)))),
  constraint handoffs_check1 CHECK ((accepted_by IS DISTINCT FROM session_id)),
  constraint handoffs_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint handoffs_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint handoffs_summary_check CHECK ((summary <> ''::text)),
  constraint handoffs_to_agent_check CHECK ((to_agent <> ''::text))
);
CREATE INDEX handoffs_by_project ON public.handoffs USING btree (project_id, written_at DESC, id DESC);
alter table handoffs enable row level security;
create policy service on handoffs as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on handoffs to interlock_service;

create table hook_files (
  machine text not null,
  path text not null,
  harness text not null,
  scope text not null,
  state text not null,
  digest text not null,
  since timestamp with time zone default now() not null,
  constraint hook_files_pkey PRIMARY KEY (machine, path),
  constraint hook_files_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
  constraint hook_files_harness_check CHECK ((harness <> ''::text)),
  constraint hook_files_machine_check CHECK ((machine <> ''::text)),
  constraint hook_files_path_check CHECK ((path <> ''::text)),
  constraint hook_files_scope_check CHECK ((scope = ANY (ARRAY['user'::text, 'project'::text]))),
  constraint hook_files_state_check CHECK ((state = ANY (ARRAY['in_force'::text, 'missing'::text, 'altered'::text, 'switched_off'::text])))
);
alter table hook_files enable row level security;
create policy service on hook_files as permissive for all to interlock_service using (true);
grant delete, insert, select, update on hook_files to interlock_service;

create table hook_firings (
  project_id uuid not null,
  machine text not null,
  harness text not null,
  fired_at timestamp with time zone default now() not null,
  constraint hook_firings_pkey PRIMARY KEY (project_id, machine, harness),
  constraint hook_firings_harness_check CHECK ((harness <> ''::text)),
  constraint hook_firings_machine_check CHECK ((machine <> ''::text)),
  constraint hook_firings_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
alter table hook_firings enable row level security;
create policy service on hook_firings as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on hook_firings to interlock_service;

create table lock_advice (
  project_id uuid not null,
  session_id uuid not null,
  path text not null,
  other_session_id uuid not null,
  other_agent_id text not null,
  other_worktree text,
  other_branch text,
  given_at timestamp with time zone not null,
  constraint lock_advice_pkey PRIMARY KEY (session_id, path, other_session_id),
  constraint lock_advice_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint lock_advice_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
alter table lock_advice enable row level security;
create policy service on lock_advice as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on lock_advice to interlock_service;

create table lock_fences (
  project_id uuid not null,
  kind text not null,
  key text not null,
  scope text not null,
  base text collate "C" not null,
  folds_case boolean not null,
  fence bigint not null,
  session_id uuid not null,
  agent_id text not null,
  taken_at timestamp with time zone not null,
  previous_fence bigint,
  previous_session_id uuid,
  previous_agent_id text,
  previous_taken_at timestamp with time zone,
  constraint lock_fences_pkey PRIMARY KEY (project_id, kind, key, scope),
  constraint lock_fences_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX lock_fences_by_base ON public.lock_fences USING btree (project_id, base);
alter table lock_fences enable row level security;
create policy service on lock_fences as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on lock_fences to interlock_service;

create table lock_waiters (
  project_id uuid not null,
  session_id uuid not null,
  request text not null,
  ticket bigint not null,
  kind text not null,
  key text not null,
  scope text not null,
  path text not null,
  base text not null,
  folds_case boolean not null,
  mode text not null,
  agent_id text not null,
  agent_type text not null,
  waits_since timestamp with time zone not null,
  lease_until timestamp with time zone not null,
  constraint lock_waiters_pkey PRIMARY KEY (session_id, request, kind, key),
  constraint lock_waiters_mode_check CHECK ((mode = ANY (ARRAY['exclusive'::text, 'shared'::text]))),
  constraint lock_waiters_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint lock_waiters_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
CREATE INDEX lock_waiters_by_project ON public.lock_waiters USING btree (project_id);
alter table lock_waiters enable row level security;
create policy reader on lock_waiters as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on lock_waiters as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on lock_waiters to interlock_service;
grant select (agent_id, agent_type, kind, lease_until, mode, path, project_id, session_id, waits_since) on lock_waiters to interlock_reader;

create table locks (
  project_id uuid not null,
  session_id uuid not null,
  kind text not null,
  key text not null,
  scope text not null,
  path text not null,
  base text collate "C" not null,
  folds_case boolean not null,
  mode text not null,
  automatic boolean not null,
  agent_id text not null,
  agent_type text not null,
  worktree text,
  branch text,
  reason text,
  fence bigint not null,
  acquired_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  handoff_id uuid,
  constraint locks_pkey PRIMARY KEY (session_id, kind, key, scope),
  constraint locks_project_id_fence_key UNIQUE (project_id, fence),
  constraint locks_fence_check CHECK ((fence > 0)),
  constraint locks_handoff_id_fkey FOREIGN KEY (handoff_id) REFERENCES handoffs(id),
  constraint locks_key_check CHECK ((key <> ''::text)),
  constraint locks_kind_check CHECK ((kind = ANY (ARRAY['file'::text, 'glob'::text, 'key'::text]))),
  constraint locks_mode_check CHECK ((mode = ANY (ARRAY['exclusive'::text, 'shared'::text, 'unsaved'::text]))),
  constraint locks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint locks_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
CREATE INDEX locks_by_base ON public.locks USING btree (project_id, base);
CREATE INDEX locks_by_handoff ON public.locks USING btree (handoff_id) WHERE (handoff_id IS NOT NULL);
alter table locks enable row level security;
create policy reader on locks as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on locks as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on locks to interlock_service;
grant select (acquired_at, agent_id, agent_type, automatic, branch, expires_at, fence, kind, mode, path, project_id, reason, session_id) on locks to interlock_reader;

create table memories (
  id uuid not null,
  project_id uuid not null,
  session_id uuid,
  author text not null,
  delegated_from text,
  written_at timestamp with time zone default now() not null,
  event_type text not null,
  summary text not null,
  details text[] not null,
  outcome text,
  lessons text[] not null,
  tags text[] not null,
  merges integer default 0 not null,
  merge_key bytea,
  words text[] not null,
  terms integer[] not null,
  constraint memories_pkey PRIMARY KEY (id),
  constraint memories_project_id_merge_key_key UNIQUE (project_id, merge_key),
  constraint memories_author_check CHECK ((author <> ''::text)),
  constraint memories_event_type_check CHECK ((event_type = ANY (ARRAY['error'::text, 'success'::text, 'decision'::text, 'discovery'::text, 'optimization'::text]))),
  constraint memories_merges_check CHECK ((merges >= 0)),
  constraint memories_outcome_check CHECK ((outcome = ANY (ARRAY['positive'::text, 'negative'::text, 'neutral'::text]))),
  constraint memories_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint memories_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint memories_summary_check CHECK ((summary <> ''::text))
);
CREATE INDEX memories_by_term ON public.memories USING gin (terms) WITH (fastupdate=off);
CREATE INDEX memories_by_time ON public.memories USING btree (project_id, written_at DESC, id DESC);
alter table memories enable row level security;
create policy service on memories as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on memories to interlock_service;

create table memory_recalls (
  project_id uuid not null,
  memory_id uuid not null,
  recalls integer not null,
  last_recalled_at timestamp with time zone not null,
  constraint memory_recalls_pkey PRIMARY KEY (memory_id),
  constraint memory_recalls_memory_id_fkey FOREIGN KEY (memory_id) REFERENCES memories(id) ON DELETE CASCADE,
  constraint memory_recalls_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint memory_recalls_recalls_check CHECK ((recalls > 0))
);
alter table memory_recalls enable row level security;
create policy service on memory_recalls as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on memory_recalls to interlock_service;

create table memory_votes (
  project_id uuid not null,
  memory_id uuid not null,
  voter text not null,
  useful boolean not null,
  voted_at timestamp with time zone default now() not null,
  constraint memory_votes_pkey PRIMARY KEY (memory_id, voter),
  constraint memory_votes_memory_id_fkey FOREIGN KEY (memory_id) REFERENCES memories(id) ON DELETE CASCADE,
  constraint memory_votes_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint memory_votes_voter_check CHECK ((voter <> ''::text))
);
alter table memory_votes enable row level security;
create policy service on memory_votes as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on memory_votes to interlock_service;

create table memory_words (
  project_id uuid not null,
  word text collate "C" not null,
  stem text collate "C" not null,
  documents integer not null,
  near integer[] not null,
  constraint memory_words_pkey PRIMARY KEY (project_id, word),
  constraint memory_words_documents_check CHECK ((documents > 0)),
  constraint memory_words_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX memory_words_by_slip ON public.memory_words USING gin (near) WITH (fastupdate=off);
CREATE INDEX memory_words_by_stem ON public.memory_words USING btree (project_id, stem);
alter table memory_words enable row level security;
create policy service on memory_words as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on memory_words to interlock_service;

create table messages (
  id uuid not null,
  project_id uuid not null,
  from_session uuid,
  from_name text not null,
  delegated_from text,
  to_agent text not null,
  to_session uuid,
  text text not null,
  sent_at timestamp with time zone default clock_timestamp() not null,
  told_at timestamp with time zone,
  read_at timestamp with time zone,
  read_by uuid,
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_check CHECK (((read_at IS NULL) = (read_by IS NULL))),
  constraint messages_from_name_check CHECK ((from_name <> ''::text)),
  constraint messages_from_session_fkey FOREIGN KEY (from_session) REFERENCES sessions(id),
  constraint messages_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint messages_read_by_fkey FOREIGN KEY (read_by) REFERENCES sessions(id),
  constraint messages_text_check CHECK ((text <> ''::text)),
  constraint messages_to_agent_check CHECK ((to_agent <> ''::text)),
  constraint messages_to_session_fkey FOREIGN KEY (to_session) REFERENCES sessions(id)
);
CREATE INDEX messages_by_time ON public.messages USING btree (project_id, sent_at DESC, id DESC);
CREATE INDEX messages_unread ON public.messages USING btree (project_id, to_agent) WHERE (read_at IS NULL);
alter table messages enable row level security;
create policy service on messages as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on messages to interlock_service;

create table network_rules (
  id uuid not null,
  project_id uuid,
  profile text,
  pattern text not null,
  port integer,
  verdict text not null,
  priority integer not null,
  reason text not null,
  changed_at timestamp with time zone default now() not null,
  changed_by text not null,
  constraint network_rules_pkey PRIMARY KEY (id),
  constraint network_rules_project_id_profile_pattern_port_key UNIQUE NULLS NOT DISTINCT (project_id, profile, pattern, port),
  constraint network_rules_pattern_check CHECK (((pattern ~ '^(\*|(\*\.)?[a-z0-9._-]+|\[[0-9a-f:]+\])$'::text) AND (length(pattern) <= 255))),
  constraint network_rules_port_check CHECK (((port >= 1) AND (port <= 65535))),
  constraint network_rules_priority_check CHECK (((priority >= 1) AND (priority <= 1000))),
  constraint network_rules_profile_check CHECK ((profile <> ''::text)),
  constraint network_rules_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint network_rules_reason_check CHECK ((reason <> ''::text)),
  constraint network_rules_verdict_check CHECK ((verdict = ANY (ARRAY['allow'::text, 'deny'::text])))
);
alter table network_rules enable row level security;
create policy reader on network_rules as permissive for select to interlock_reader using (((project_id = ( SELECT interlock_project() AS interlock_project)) OR (project_id IS NULL)));
create policy service on network_rules as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project)) OR (project_id IS NULL)));
grant delete, insert, select, update on network_rules to interlock_service;
grant select (id, pattern, port, priority, profile, project_id, verdict) on network_rules to interlock_reader;

create table operators (
  id uuid not null,
  name text not null,
  key_hash bytea not null,
  enrolled_by text not null,
  enrolled_at timestamp with time zone default now() not null,
  revoked_at timestamp with time zone,
  constraint operators_pkey PRIMARY KEY (id),
  constraint operators_key_hash_key UNIQUE (key_hash),
  constraint operators_name_check CHECK ((name <> ''::text))
);
alter table operators enable row level security;
create policy service on operators as permissive for all to interlock_service using (true);
grant delete, insert, select, update on operators to interlock_service;

create table policy_versions (
  project_id uuid not null,
  name text not null,
  version integer not null,
  action text not null,
  text text not null,
  enabled boolean not null,
  restored_version integer,
  author text not null,
  reason text not null,
  made_at timestamp with time zone default now() not null,
  constraint policy_versions_pkey PRIMARY KEY (project_id, name, version),
  constraint policy_versions_action_check CHECK ((action = ANY (ARRAY['created'::text, 'updated'::text, 'deleted'::text, 'rolled_back'::text]))),
  constraint policy_versions_check CHECK (((restored_version IS NULL) = (action <> 'rolled_back'::text))),
  constraint policy_versions_check1 CHECK (((version > 1) OR (action = 'created'::text))),
  constraint policy_versions_name_check CHECK ((name ~ '^[a-z][a-z0-9-]{0,62}$'::text)),
  constraint policy_versions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint policy_versions_project_id_name_restored_version_fkey FOREIGN KEY (project_id, name, restored_version) REFERENCES policy_versions(project_id, name, version),
  constraint policy_versions_reason_check CHECK ((reason <> ''::text)),
  constraint policy_versions_text_check CHECK (((text <> ''::text) AND (octet_length(text) <= 65536))),
  constraint policy_versions_version_check CHECK ((version > 0))
);
alter table policy_versions enable row level security;
create policy service on policy_versions as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on policy_versions to interlock_service;

create table profile_assignments (
  project_id uuid not null,
  agent_id text,
  session_id uuid,
  profile text not null,
  reason text not null,
  assigned_by text not null,
  assigned_at timestamp with time zone default now() not null,
  constraint profile_assignments_agent_id_check CHECK ((agent_id <> ''::text)),
  constraint profile_assignments_check CHECK ((num_nonnulls(agent_id, session_id) = 1)),
  constraint profile_assignments_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint profile_assignments_project_id_profile_fkey FOREIGN KEY (project_id, profile) REFERENCES profiles(project_id, name) ON DELETE CASCADE,
  constraint profile_assignments_reason_check CHECK ((reason <> ''::text)),
  constraint profile_assignments_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
CREATE UNIQUE INDEX profile_assignments_by_agent ON public.profile_assignments USING btree (project_id, agent_id);
CREATE UNIQUE INDEX profile_assignments_by_session ON public.profile_assignments USING btree (session_id);
alter table profile_assignments enable row level security;
create policy service on profile_assignments as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on profile_assignments to interlock_service;

create table profiles (
  project_id uuid not null,
  name text not null,
  description text not null,
  agent_type text,
  is_default boolean not null,
  trust_level integer not null,
  allowed_operations text[] not null,
  blocked_operations text[] not null,
  elevated_operations text[] not null,
  max_file_modifications integer,
  max_execution_time_seconds integer,
  max_api_calls_per_hour integer,
  network_policy jsonb not null,
  enabled boolean default true not null,
  version integer default 1 not null,
  changed_at timestamp with time zone,
  changed_by text,
  change_reason text,
  constraint profiles_pkey PRIMARY KEY (project_id, name),
  constraint profiles_agent_type_check CHECK ((agent_type <> ''::text)),
  constraint profiles_check CHECK ((((changed_at IS NULL) = (changed_by IS NULL)) AND ((changed_at IS NULL) = (change_reason IS NULL)))),
  constraint profiles_check1 CHECK ((enabled OR (agent_type IS NOT NULL) OR (NOT is_default))),
  constraint profiles_max_api_calls_per_hour_check CHECK ((max_api_calls_per_hour > 0)),
  constraint profiles_max_execution_time_seconds_check CHECK ((max_execution_time_seconds > 0)),
  constraint profiles_max_file_modifications_check CHECK ((max_file_modifications >= 0)),
  constraint profiles_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,62}$'::text)),
  constraint profiles_network_policy_check CHECK ((jsonb_typeof(network_policy) = 'object'::text)),
  constraint profiles_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE,
  constraint profiles_trust_level_check CHECK (((trust_level >= 0) AND (trust_level <= 4))),
  constraint profiles_version_check CHECK ((version > 0))
);
CREATE UNIQUE INDEX profiles_default ON public.profiles USING btree (project_id, COALESCE(agent_type, ''::text)) WHERE is_default;
alter table profiles enable row level security;
create policy reader on profiles as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on profiles as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on profiles to interlock_service;
grant select (agent_type, enabled, name, project_id, trust_level) on profiles to interlock_reader;

create table project_keys (
  key text not null,
  project_id uuid not null,
  constraint project_keys_pkey PRIMARY KEY (key),
  constraint project_keys_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id) ON DELETE CASCADE
);
CREATE INDEX project_keys_by_project ON public.project_keys USING btree (project_id);
alter table project_keys enable row level security;
create policy service on project_keys as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on project_keys to interlock_service;

create table projects (
  id uuid not null,
  name text not null,
  fence bigint default 0 not null,
  created_at timestamp with time zone default now() not null,
  settings jsonb default '{}'::jsonb not null,
  constraint projects_pkey PRIMARY KEY (id),
  constraint projects_fence_check CHECK ((fence >= 0))
);
alter table projects enable row level security;
create policy reader on projects as permissive for select to interlock_reader using (((id = ( SELECT interlock_project() AS interlock_project)) OR (id = '00000000-0000-0000-0000-000000000000'::uuid)));
create policy service on projects as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (id = ( SELECT interlock_project() AS interlock_project)) OR (id = '00000000-0000-0000-0000-000000000000'::uuid)));
grant delete, insert, select, update on projects to interlock_service;
grant select (created_at, id, name) on projects to interlock_reader;

create table schema_migrations (
  number integer not null,
  name text not null,
  breaking boolean not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (number)
);
alter table schema_migrations enable row level security;
create policy service on schema_migrations as permissive for all to interlock_service using (true);
grant select on schema_migrations to interlock_service;

create table session_files (
  project_id uuid not null,
  session_id uuid not null,
  path text not null,
  first_at timestamp with time zone default now() not null,
  constraint session_files_pkey PRIMARY KEY (session_id, path),
  constraint session_files_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint session_files_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id)
);
alter table session_files enable row level security;
create policy service on session_files as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on session_files to interlock_service;

create table session_grants (
  id uuid not null,
  project_id uuid not null,
  session_id uuid not null,
  agent_id text not null,
  operation text not null,
  rules text[] not null,
  categories text[] not null,
  scope text not null,
  justification text not null,
  reason text,
  granted_by uuid,
  granted_by_name text not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  use_count integer default 0 not null,
  revoked_at timestamp with time zone,
  revoked_by text,
  revoked_reason text,
  covers text not null,
  constraint session_grants_pkey PRIMARY KEY (id),
  constraint session_grants_by_person CHECK (((granted_by IS NOT NULL) OR (covers = 'operation'::text))),
  constraint session_grants_check CHECK ((expires_at > created_at)),
  constraint session_grants_check1 CHECK (((last_used_at IS NULL) = (use_count = 0))),
  constraint session_grants_check2 CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
  constraint session_grants_check3 CHECK (((revoked_reason IS NULL) OR (revoked_at IS NOT NULL))),
  constraint session_grants_covers_check CHECK ((covers = ANY (ARRAY['rules'::text, 'operation'::text]))),
  constraint session_grants_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES operators(id),
  constraint session_grants_justification_check CHECK ((justification <> ''::text)),
  constraint session_grants_operation_check CHECK ((operation <> ''::text)),
  constraint session_grants_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint session_grants_rules_check CHECK (((covers = 'rules'::text) = (cardinality(rules) > 0))),
  constraint session_grants_scope_check CHECK ((scope = ANY (ARRAY['session'::text, 'minutes'::text]))),
  constraint session_grants_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint session_grants_use_count_check CHECK ((use_count >= 0))
);
CREATE INDEX session_grants_by_project ON public.session_grants USING btree (project_id, created_at);
CREATE INDEX session_grants_in_force ON public.session_grants USING btree (session_id, operation) WHERE (revoked_at IS NULL);
alter table session_grants enable row level security;
create policy service on session_grants as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on session_grants to interlock_service;

create table session_usage (
  project_id uuid not null,
  session_id uuid not null,
  minute timestamp with time zone not null,
  calls integer not null,
  execution_ms bigint not null,
  violations integer not null,
  constraint session_usage_pkey PRIMARY KEY (session_id, minute),
  constraint session_usage_calls_check CHECK ((calls >= 0)),
  constraint session_usage_execution_ms_check CHECK ((execution_ms >= 0)),
  constraint session_usage_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint session_usage_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint session_usage_violations_check CHECK ((violations >= 0))
);
CREATE INDEX session_usage_by_minute ON public.session_usage USING btree (minute);
alter table session_usage enable row level security;
create policy service on session_usage as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on session_usage to interlock_service;

create table sessions (
  id uuid not null,
  project_id uuid not null,
  agent_id text not null,
  agent_type text not null,
  harness text,
  external_id text,
  token_hash bytea,
  client_name text,
  client_version text,
  capabilities text[] default '{}'::text[] not null,
  current_task text,
  delegated_from text,
  worktree text,
  folds_case boolean default false not null,
  machine text not null,
  started_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  end_reason text,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_hash_key UNIQUE (token_hash),
  constraint sessions_agent_id_check CHECK ((agent_id <> ''::text)),
  constraint sessions_agent_type_check CHECK ((agent_type <> ''::text)),
  constraint sessions_check CHECK (((harness IS NULL) = (external_id IS NULL))),
  constraint sessions_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id)
);
CREATE INDEX sessions_alive ON public.sessions USING btree (project_id, last_seen_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX sessions_of_harness ON public.sessions USING btree (project_id, harness, external_id);
alter table sessions enable row level security;
create policy reader on sessions as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on sessions as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on sessions to interlock_service;
grant select (agent_id, agent_type, capabilities, client_name, client_version, current_task, delegated_from, end_reason, ended_at, harness, id, last_seen_at, machine, project_id, started_at) on sessions to interlock_reader;

create table skill_uses (
  id uuid not null,
  project_id uuid not null,
  skill_id uuid not null,
  version integer not null,
  session_id uuid,
  used_by text not null,
  used_at timestamp with time zone default now() not null,
  success boolean not null,
  note text,
  constraint skill_uses_pkey PRIMARY KEY (id),
  constraint skill_uses_note_check CHECK ((note <> ''::text)),
  constraint skill_uses_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint skill_uses_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint skill_uses_skill_id_fkey FOREIGN KEY (skill_id) REFERENCES skills(id) ON DELETE CASCADE,
  constraint skill_uses_used_by_check CHECK ((used_by <> ''::text))
);
CREATE INDEX skill_uses_by_skill ON public.skill_uses USING btree (skill_id, version, used_at DESC);
alter table skill_uses enable row level security;
create policy service on skill_uses as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on skill_uses to interlock_service;

create table skills (
  id uuid not null,
  project_id uuid not null,
  name text not null,
  description text not null,
  steps text[] not null,
  prerequisites text[] not null,
  version integer default 1 not null,
  session_id uuid,
  author text not null,
  saved_at timestamp with time zone default now() not null,
  constraint skills_pkey PRIMARY KEY (id),
  constraint skills_project_id_name_key UNIQUE (project_id, name),
  constraint skills_author_check CHECK ((author <> ''::text)),
  constraint skills_description_check CHECK ((description <> ''::text)),
  constraint skills_name_check CHECK ((name <> ''::text)),
  constraint skills_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint skills_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint skills_steps_check CHECK ((cardinality(steps) > 0)),
  constraint skills_version_check CHECK ((version > 0))
);
alter table skills enable row level security;
create policy service on skills as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on skills to interlock_service;

create table task_dependencies (
  project_id uuid not null,
  task_id uuid not null,
  depends_on uuid not null,
  waived boolean default false not null,
  constraint task_dependencies_pkey PRIMARY KEY (task_id, depends_on),
  constraint task_dependencies_check CHECK ((task_id <> depends_on)),
  constraint task_dependencies_depends_on_fkey FOREIGN KEY (depends_on) REFERENCES tasks(id),
  constraint task_dependencies_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint task_dependencies_task_id_fkey FOREIGN KEY (task_id) REFERENCES tasks(id)
);
CREATE INDEX task_dependencies_by_target ON public.task_dependencies USING btree (depends_on);
alter table task_dependencies enable row level security;
create policy reader on task_dependencies as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on task_dependencies as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on task_dependencies to interlock_service;
grant select (depends_on, project_id, task_id, waived) on task_dependencies to interlock_reader;

create table tasks (
  id uuid not null,
  project_id uuid not null,
  number bigint generated always as identity not null,
  task_type text not null,
  description text not null,
  input_data jsonb,
  priority smallint not null,
  deadline timestamp with time zone,
  max_attempts smallint not null,
  required_capabilities text[] not null,
  min_trust_level smallint not null,
  exclude_submitter boolean not null,
  on_dependency_failure text not null,
  submitted_at timestamp with time zone default now() not null,
  submitted_by text not null,
  submitter_session_id uuid,
  submitter_agent_id text,
  delegated_from text,
  submission_key text,
  status text not null,
  open_dependencies integer not null,
  claimants uuid[] default '{}'::uuid[] not null,
  claimed_by uuid,
  claimed_by_agent text,
  claimed_at timestamp with time zone,
  started_at timestamp with time zone,
  lease_until timestamp with time zone,
  lease_minutes smallint,
  hold_reason text,
  held_at timestamp with time zone,
  held_trust smallint,
  held_findings jsonb,
  cleared_by text,
  result jsonb,
  failure_code text,
  failure_message text,
  ended_at timestamp with time zone,
  ended_by text,
  for_agent text,
  has_dependants boolean default false not null,
  constraint tasks_pkey PRIMARY KEY (id),
  constraint tasks_number_key UNIQUE (number),
  constraint tasks_project_id_submitted_by_submission_key_key UNIQUE (project_id, submitted_by, submission_key),
  constraint tasks_check CHECK ((cardinality(claimants) <= max_attempts)),
  constraint tasks_check1 CHECK (((lease_until IS NULL) = (status <> ALL (ARRAY['claimed'::text, 'running'::text])))),
  constraint tasks_check10 CHECK (((held_trust IS NULL) = (held_findings IS NULL))),
  constraint tasks_check11 CHECK (((hold_reason IS NULL) OR (status <> ALL (ARRAY['claimed'::text, 'running'::text, 'completed'::text])))),
  constraint tasks_check12 CHECK (((ended_at IS NULL) = (status = ANY (ARRAY['pending'::text, 'claimed'::text, 'running'::text])))),
  constraint tasks_check13 CHECK (((ended_at IS NULL) = (ended_by IS NULL))),
  constraint tasks_check14 CHECK (((failure_code IS NULL) = (status <> ALL (ARRAY['failed'::text, 'cancelled'::text])))),
  constraint tasks_check15 CHECK (((failure_code IS NULL) = (failure_message IS NULL))),
  constraint tasks_check16 CHECK (((result IS NULL) OR (status = ANY (ARRAY['completed'::text, 'failed'::text])))),
  constraint tasks_check2 CHECK (((lease_until IS NULL) = (lease_minutes IS NULL))),
  constraint tasks_check3 CHECK ((((claimed_by IS NULL) = (claimed_at IS NULL)) AND ((claimed_by IS NULL) = (claimed_by_agent IS NULL)))),
  constraint tasks_check4 CHECK (((status <> 'pending'::text) OR ((claimed_by IS NULL) AND (started_at IS NULL)))),
  constraint tasks_check5 CHECK (((status <> ALL (ARRAY['claimed'::text, 'running'::text, 'completed'::text])) OR ((claimed_by IS NOT NULL) AND (open_dependencies = 0)))),
  constraint tasks_check6 CHECK (((claimed_by IS NULL) OR (claimed_by = claimants[cardinality(claimants)]))),
  constraint tasks_check7 CHECK (((status <> ALL (ARRAY['running'::text, 'completed'::text])) OR (started_at IS NOT NULL))),
  constraint tasks_check8 CHECK (((hold_reason IS NULL) = (held_at IS NULL))),
  constraint tasks_check9 CHECK (((NOT (hold_reason IS DISTINCT FROM 'guardrail'::text)) = (held_trust IS NOT NULL))),
  constraint tasks_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES sessions(id),
  constraint tasks_description_check CHECK ((description <> ''::text)),
  constraint tasks_for_agent_check CHECK ((for_agent <> ''::text)),
  constraint tasks_held_trust_check CHECK (((held_trust >= 0) AND (held_trust <= 4))),
  constraint tasks_hold_reason_check CHECK ((hold_reason = ANY (ARRAY['guardrail'::text, 'dependency_failed'::text]))),
  constraint tasks_input_data_check CHECK ((jsonb_typeof(input_data) = 'object'::text)),
  constraint tasks_max_attempts_check CHECK (((max_attempts >= 1) AND (max_attempts <= 10))),
  constraint tasks_min_trust_level_check CHECK (((min_trust_level >= 0) AND (min_trust_level <= 4))),
  constraint tasks_on_dependency_failure_check CHECK ((on_dependency_failure = ANY (ARRAY['cancel'::text, 'hold'::text]))),
  constraint tasks_open_dependencies_check CHECK ((open_dependencies >= 0)),
  constraint tasks_priority_check CHECK (((priority >= 1) AND (priority <= 10))),
  constraint tasks_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint tasks_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'claimed'::text, 'running'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
  constraint tasks_submission_key_check CHECK ((submission_key <> ''::text)),
  constraint tasks_submitter_session_id_fkey FOREIGN KEY (submitter_session_id) REFERENCES sessions(id),
  constraint tasks_task_type_check CHECK ((task_type <> ''::text))
);
CREATE INDEX tasks_by_claimer ON public.tasks USING btree (claimed_by) WHERE (lease_until IS NOT NULL);
CREATE INDEX tasks_by_deadline ON public.tasks USING btree (deadline) WHERE ((deadline IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX tasks_by_lease ON public.tasks USING btree (lease_until) WHERE (lease_until IS NOT NULL);
CREATE INDEX tasks_ended ON public.tasks USING btree (project_id, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX tasks_open ON public.tasks USING btree (project_id, number) WHERE (ended_at IS NULL);
CREATE INDEX tasks_to_claim ON public.tasks USING btree (project_id, priority, number) WHERE ((status = ANY (ARRAY['pending'::text, 'claimed'::text, 'running'::text])) AND (open_dependencies = 0));
alter table tasks enable row level security;
create policy reader on tasks as permissive for select to interlock_reader using ((project_id = ( SELECT interlock_project() AS interlock_project)));
create policy service on tasks as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on tasks to interlock_service;
grant select (claimed_at, claimed_by_agent, deadline, ended_at, failure_code, hold_reason, id, lease_until, max_attempts, number, priority, project_id, started_at, status, submitted_at, submitted_by, task_type) on tasks to interlock_reader;

create table working_memory (
  project_id uuid not null,
  session_id uuid not null,
  key text not null,
  value jsonb not null,
  tokens integer not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  constraint working_memory_pkey PRIMARY KEY (session_id, key),
  constraint working_memory_key_check CHECK ((key <> ''::text)),
  constraint working_memory_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects(id),
  constraint working_memory_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id),
  constraint working_memory_tokens_check CHECK ((tokens > 0))
);
alter table working_memory enable row level security;
create policy service on working_memory as permissive for all to interlock_service using (((( SELECT interlock_project() AS interlock_project) IS NULL) OR (project_id = ( SELECT interlock_project() AS interlock_project))));
grant delete, insert, select, update on working_memory to interlock_service;

CREATE OR REPLACE FUNCTION public.append_audit(of_project uuid, record_body text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_audit_checkpoint()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.check_kept_chain()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.interlock_project()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select nullif(current_setting('interlock.project', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.memories_holding(of_project uuid, one_of integer[], all_of integer[], or_all_of integer[], most integer)
 RETURNS TABLE(id uuid, project_id uuid, written_at timestamp with time zone, event_type text, tags text[], terms integer[])
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2000
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  -- The index of terms leads and not that of the project: terms differ from project to project.
  with holding as materialized (
    select * from memories where terms && one_of or terms @> all_of or terms @> or_all_of
  )
  select id, project_id, written_at, event_type, tags, terms from holding
  where project_id = of_project and (interlock_project() is null or of_project = interlock_project())
  limit most
$function$;

CREATE OR REPLACE FUNCTION public.protect_each_table()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.protect_tables()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  perform protect_each_table();
  if exists (select from pg_roles where rolname = 'interlock_service') then
    grant execute on function memories_holding(uuid, int[], int[], int[], int) to interlock_service;
    grant execute on function words_near(uuid, int[], int) to interlock_service;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.readable_columns(of_table text)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$function$;

CREATE OR REPLACE FUNCTION public.refuse_audit_removal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.refuse_audit_rewind()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.project_id <> old.project_id or new.sequence <> old.sequence + 1 then
    raise exception 'the head of the audit log only moves forward, one record at a time'
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.remove_audit(of_project uuid, from_sequence bigint, to_sequence bigint, last_hash bytea, exported bytea, as_recorded bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  removed bigint;
begin
  insert into audit_checkpoints (project_id, first_sequence, sequence, hash, export_sha256, recorded_as)
  values (of_project, from_sequence, to_sequence, last_hash, exported, as_recorded);
  delete from audit_log where project_id = of_project and sequence <= to_sequence;
  get diagnostics removed = row_count;
  return removed;
end
$function$;

CREATE OR REPLACE FUNCTION public.words_near(of_project uuid, slips integer[], most integer)
 RETURNS TABLE(word text, stem text, documents integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  with near_one as materialized (select * from memory_words where near && slips)
  select word, stem, documents from near_one
  where project_id = of_project and (interlock_project() is null or of_project = interlock_project())
  limit most
$function$;
