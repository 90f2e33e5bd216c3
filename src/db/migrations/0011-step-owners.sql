-- 0011: a step names its run's owner and priority, so that its place in its owner's line is counted in one index.

alter table steps
  add column owner    text not null default '',
  add column priority integer not null default 0;
update steps set owner = runs.owner, priority = runs.priority from runs where runs.id = steps.run_id;
create index steps_in_line on steps (queue, owner, priority) where status = 'ready';
