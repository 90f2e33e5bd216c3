-- 0005: webhooks: what is to be told to whom, every attempt at it, and the secrets that sign; and who made an artifact.

create table deliveries (
  -- The webhook-id, the same in every attempt.
  id            text primary key,
  number        bigint generated always as identity unique,
  run_id        text not null,
  seq           integer not null,
  -- The run as it was when the event happened.
  snapshot      jsonb not null,
  -- Of the run. How many of one owner are sent at once has a limit, and so has …
  door          text not null,
  owner         text not null,
  -- … how many to one receiver, in the URL's spelling.
  host          text not null,
  status        text not null default 'pending' check (status in ('pending', 'delivered', 'given_up')),
  -- Grows with every claim; a write that names an older attempt changes nothing.
  attempt       integer not null default 0,
  -- Attempts that failed since it was last sent off; what was interrupted does not count.
  failures      integer not null default 0,
  -- Events of one run are told one after the other: another one comes first.
  blocked       boolean not null,
  next_at       timestamptz not null default now(),
  -- Somebody is sending it, and has until then.
  leased_until  timestamptz,
  -- The receiver has said that it wants to hear no more of the run.
  gone          boolean not null default false,
  created_at    timestamptz not null default now(),
  ended_at      timestamptz,
  unique (run_id, seq),
  foreign key (run_id, seq) references events (run_id, seq) on delete cascade
);
create index deliveries_due on deliveries (next_at, number) where status = 'pending' and not blocked;
create index deliveries_open on deliveries (run_id, seq) where status = 'pending';

create table delivery_attempts (
  delivery_id   text not null references deliveries on delete cascade,
  number        integer not null,
  started_at    timestamptz not null default now(),
  duration_ms   integer,
  -- Of the receiver's answer, if there was one.
  status        integer,
  -- Coarse on purpose: why there was none.
  reason        text,
  primary key (delivery_id, number)
);

create table webhook_secrets (
  owner         text not null,
  secret        text not null,
  created_at    timestamptz not null default now(),
  -- It has a successor, and signs beside it until then.
  signs_until   timestamptz
);
create unique index webhook_secrets_current on webhook_secrets (owner) where signs_until is null;
create index webhook_secrets_of_owner on webhook_secrets (owner, created_at desc);

-- The run that made it: its own later attempts have not found the work of somebody else.
alter table artifact_keys add column made_by text;
