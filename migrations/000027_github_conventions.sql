-- How labels were written when a repository was read: what was passed over then may mean something when they are written otherwise.
alter table github_polls add column convention text not null default 'locked: agent: status:' check (convention <> '');
