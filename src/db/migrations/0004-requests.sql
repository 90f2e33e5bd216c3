-- 0004: what is remembered of requests: the answers to those that carry a key, and how often somebody has called.

create table answers (
  -- sha256, in hex, of the owner, the door, the method, the path and the key.
  name            text primary key,
  -- sha256, in hex, of what was sent: the same key with something else is refused.
  request_digest  text not null,
  -- Names what the request makes, the same for whoever has to begin it again.
  once            text not null,
  -- Who is working on the answer, and until when they are believed to be alive.
  claim           text not null,
  lease_until     timestamptz not null,
  -- Null until there is an answer.
  status          integer,
  headers         jsonb,
  body            bytea,
  expires_at      timestamptz not null
);
create index answers_by_expiry on answers (expires_at);

-- A bucket for every limit and caller. After a crash all of them are full again, which is worth a write on every call.
create unlogged table rates (
  name            text primary key,
  -- When the bucket is full again, if nothing more is taken.
  full_at         timestamptz not null,
  -- Whether the last one who asked got something.
  allowed         boolean not null
);
create index rates_by_time on rates (full_at);
