-- 0006: what keeps the house in order: when things were last used, bytes that come and bytes that go, and who tidies up.

alter table artifacts add column used_at timestamptz not null default now();
create index artifacts_by_use on artifacts (used_at);
-- Forgetting an artifact takes its keys along.
create index artifact_keys_of_digest on artifact_keys (digest);
create index runs_by_end on runs (completed_at) where completed_at is not null;

alter table probes add column seen_at timestamptz not null default now();

-- Bytes on their way into storage: said before they are put there, so that nobody takes them away meanwhile.
create table arrivals (
  id            text primary key,
  digest        text not null,
  since         timestamptz not null default now()
);
create index arrivals_of_digest on arrivals (digest);

-- Bytes in storage that no artifact names: they go after a while, unless one names them again.
create table condemned (
  digest        text primary key,
  since         timestamptz not null default now(),
  -- Somebody is taking them away since then.
  claimed_at    timestamptz
);

-- What only one process at a time does.
create table leases (
  name          text primary key,
  holder        text not null,
  until         timestamptz not null,
  done_at       timestamptz
);

-- Numbers that only grow, added up over all processes; `labels` is a JSON object as text.
create table tallies (
  name          text not null,
  labels        text not null,
  total         double precision not null default 0,
  primary key (name, labels)
);
