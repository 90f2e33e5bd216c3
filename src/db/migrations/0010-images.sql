-- 0010: pictures that were made of words, and bytes that are kept for as long as the run that shows them.

-- A key with such a run holds its artifact: whoever tidies up leaves it alone until the run goes, and the key with it.
alter table artifact_keys add column kept_for text references runs (id) on delete cascade;
create index artifact_keys_kept_for on artifact_keys (kept_for) where kept_for is not null;

create table image_media (
  id            text primary key,
  run_id        text not null references runs (id) on delete cascade,
  -- As the run calls it: 'picture-1'.
  output        text not null,
  digest        text not null,
  size_bytes    bigint not null,
  format        text not null,
  width_px      integer not null,
  height_px     integer not null,
  -- How it was made, as the picture itself says.
  notes         jsonb not null,
  created_at    timestamptz not null default now(),
  deleted_at    timestamptz,
  unique (run_id, output)
);

-- How long pictures take, by model.
create index steps_of_image_models on steps ((params->'order'->>'model'), completed_at)
  where kind = 'image.generate' and status = 'succeeded';
