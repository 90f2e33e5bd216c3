-- What a caller may say about a run besides its graph.

alter table runs
  add column priority     integer not null default 0,
  add column metadata     jsonb,
  add column webhook_url  text,
  -- Names the request that started it: the same one again finds this run.
  add column once         text;
create unique index runs_once on runs (owner, once);
