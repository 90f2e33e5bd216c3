-- 0008: motion photos: the name under which a client follows what is being made for it.

-- Chosen by the client and unguessable; null where nobody follows.
alter table motion_runs add column progress_id text;
create index motion_runs_by_progress on motion_runs (progress_id) where progress_id is not null;
