-- Whether anybody was ever submitted that depends on a task is a matter of its own row: who ends one that nobody depends
-- on sees it there, and needs no turn.
alter table tasks add column has_dependants boolean default false not null;

update tasks set has_dependants = true
where ended_at is null and id in (select depends_on from task_dependencies);
