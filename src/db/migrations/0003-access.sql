-- 0003: who may call: users, API keys, and the secret that signs tokens.

create table users (
  id             text primary key,
  -- Orders a listing without ties.
  number         bigint generated always as identity unique,
  -- Lower case. Null once the user has been deleted: the row stays, so that tokens that are still out are refused.
  email          text unique,
  -- argon2id, with its parameters and salt.
  password_hash  text,
  role           text not null check (role in ('user', 'admin')),
  created_at     timestamptz not null default now(),
  disabled_at    timestamptz
);

create table api_keys (
  id             text primary key,
  number         bigint generated always as identity unique,
  -- sha256, in hex, of the whole key; the key itself is nowhere.
  hash           text not null unique,
  -- How the key begins, for people who have several.
  prefix         text not null,
  -- Any id: a key's user need not be a row of `users`.
  user_id        text not null,
  name           text not null,
  role           text not null check (role in ('user', 'admin')),
  created_at     timestamptz not null default now(),
  expires_at     timestamptz,
  revoked_at     timestamptz,
  last_used_at   timestamptz
);
create index api_keys_of_user on api_keys (user_id, number desc);

create table secrets (
  name           text primary key,
  value          text not null
);
