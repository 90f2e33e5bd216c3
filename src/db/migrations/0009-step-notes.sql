-- 0009: what a step has begun elsewhere, so that whoever goes on with it finds that instead of beginning anew.

alter table steps add column notes jsonb;
