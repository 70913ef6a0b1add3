-- What trying a dead letter again needs, and what was done about it. Rows from before have no payload and cannot be replayed.
alter table whoran.dead_letters
  add column origin jsonb,
  -- As the service gave it up, secrets and all: it is replayed as it is. What is shown of it is redacted.
  add column payload text,
  add column truncated boolean not null default false,
  -- The attempt of the replay that failed last, 0 for none.
  add column replay bigint not null default 0,
  add column state text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
  add column replays bigint not null default 0,
  add column replayed_ms bigint,
  add column replayed_by text,
  add column discarded_ms bigint,
  add column discarded_by text,
  add column discarded_why text;
create index dead_letters_open on whoran.dead_letters (stage, time_ns) where state = 'open';
