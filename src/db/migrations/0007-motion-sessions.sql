-- 0007: motion photos: clips that somebody has uploaded, for a while, and what was made of them.

create table motion_sessions (
  id            text primary key,
  owner         text not null,
  -- The artifact that was uploaded; its row may come a moment later.
  source        text not null,
  -- Null until the clip has been prepared: until then there is no such session for anybody.
  preview       text,
  duration_us   bigint,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null
);
create index motion_sessions_by_expiry on motion_sessions (expires_at);

-- Every artifact that is there for the sake of a session: it goes when the last of them has gone.
create table motion_artifacts (
  session_id    text not null references motion_sessions (id) on delete cascade,
  digest        text not null,
  primary key (session_id, digest)
);
create index motion_artifacts_by_digest on motion_artifacts (digest);

-- Runs are kept for longer, and by rules of their own.
create table motion_runs (
  session_id    text not null references motion_sessions (id) on delete cascade,
  run_id        text not null,
  primary key (session_id, run_id)
);
