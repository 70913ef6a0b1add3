-- How each notification ended. Its lists stand in the body only, and are searched there.
create table whoran.deliveries (
  id text primary key,
  time_ns bigint not null,
  stored_ms bigint not null,
  receiver text not null,
  outcome text not null,
  body jsonb not null
);
create index deliveries_time on whoran.deliveries (time_ns, id);
create index deliveries_receiver on whoran.deliveries (receiver, time_ns, id);
-- Hashes, so that a username may be as long as it likes.
create index deliveries_users on whoran.deliveries using gin ((body -> 'users') jsonb_path_ops);
create index deliveries_rules on whoran.deliveries using gin ((body -> 'rules') jsonb_path_ops);
create index deliveries_alerts on whoran.deliveries using gin ((body -> 'alerts') jsonb_path_ops);
create index deliveries_stored on whoran.deliveries (stored_ms);

-- Every state that a response was in: who asked for it, who agreed, what was done and undone.
create table whoran.responses (
  id text not null,
  revision bigint not null,
  time_ns bigint not null,
  stored_ms bigint not null,
  action text not null,
  state text not null,
  dry_run boolean not null,
  cluster text,
  namespace text,
  pod text,
  user_name text,
  session text,
  author text not null,
  body jsonb not null,
  primary key (id, revision)
);
create index responses_time on whoran.responses (time_ns, id);
create index responses_user on whoran.responses (left(user_name, 200), time_ns, id);
create index responses_stored on whoran.responses (stored_ms);
