-- Runs, their steps and events, and the artifacts they made.

create table runs (
  id            text primary key,
  -- Orders a listing without ties; ids are random on purpose.
  number        bigint generated always as identity unique,
  door          text not null,
  owner         text not null,
  status        text not null default 'pending'
                check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
  request       jsonb not null,
  progress      double precision not null default 0,
  warnings      jsonb not null default '[]',
  outputs       jsonb not null default '[]',
  error         jsonb,
  event_count   integer not null default 0,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  started_at    timestamptz,
  completed_at  timestamptz
);
create index runs_by_owner on runs (owner, door, number desc);

create table steps (
  id            text primary key,
  run_id        text not null references runs on delete cascade,
  -- Unique within its run and made for people: 'fetch video', 'render hd sd'.
  name          text not null,
  kind          text not null,
  queue         text not null,
  params        jsonb not null,
  -- Ids of the steps of the same run whose results this one reads.
  needs         text[] not null default '{}',
  position      integer not null,
  status        text not null
                check (status in ('waiting', 'ready', 'running', 'succeeded', 'failed', 'cancelled')),
  weight        double precision not null,
  progress      double precision not null default 0,
  -- Grows with every claim; a write that names an older attempt changes nothing.
  attempt       integer not null default 0,
  failures      integer not null default 0,
  losses        integer not null default 0,
  worker        text,
  heartbeat_at  timestamptz,
  run_after     timestamptz not null default now(),
  result        jsonb,
  error         jsonb,
  started_at    timestamptz,
  completed_at  timestamptz,
  unique (run_id, name)
);
create index steps_of_run on steps (run_id, position);
create index steps_ready on steps (queue, run_after) where status = 'ready';
create index steps_running on steps (heartbeat_at) where status = 'running';

create table events (
  run_id        text not null references runs on delete cascade,
  seq           integer not null,
  type          text not null,
  data          jsonb not null,
  created_at    timestamptz not null default now(),
  primary key (run_id, seq)
);

create table artifacts (
  digest        text primary key,
  size_bytes    bigint not null,
  -- What probing said about the bytes.
  facts         jsonb not null,
  created_at    timestamptz not null default now()
);

create table artifact_keys (
  key           text primary key,
  digest        text not null references artifacts on delete cascade,
  created_at    timestamptz not null default now()
);

-- Sources stay where they are: their digest is remembered by what the file system says of them.
create table file_digests (
  fingerprint   text primary key,
  digest        text not null,
  seen_at       timestamptz not null default now()
);

create table probes (
  -- sha256 over the content's digest and the version of what probed it.
  key           text primary key,
  probe         jsonb not null,
  created_at    timestamptz not null default now()
);
