create schema if not exists whoran;

-- Falco events but forks. Times are nanoseconds since 1970, which timestamptz would round.
create table whoran.events (
  id text primary key,
  revision bigint not null,
  time_ns bigint not null,
  stored_ms bigint not null,
  cluster text not null,
  node text not null,
  namespace text,
  pod text,
  container text,
  container_id text,
  rule text not null,
  priority text not null,
  source text,
  type text,
  command boolean not null,
  lineage boolean not null,
  start text,
  evidence text not null,
  reason text,
  user_name text,
  identity jsonb,
  session text,
  session_kind text,
  candidates jsonb,
  process text,
  pid bigint,
  vpid bigint,
  command_line text,
  program text,
  executable text,
  directory text,
  process_user text,
  message text not null,
  tags jsonb not null
);
create index events_time on whoran.events (time_ns, id) where command;
-- A username may be longer than an index entry.
create index events_user on whoran.events (left(user_name, 200), time_ns, id) where command;
create index events_place on whoran.events (cluster, namespace, pod, time_ns, id) where command;
create index events_pod on whoran.events (namespace, pod, time_ns, id) where command;
create index events_session on whoran.events (session, time_ns, id) where session is not null;
create index events_start on whoran.events (start) where start is not null;
create index events_stored on whoran.events (stored_ms);

create table whoran.alerts (
  id text primary key,
  event_id text not null,
  raised_ns bigint not null,
  revision bigint not null,
  time_ns bigint not null,
  stored_ms bigint not null,
  cluster text not null,
  node text not null,
  namespace text,
  pod text,
  container text,
  container_id text,
  rule text not null,
  priority text not null,
  source text,
  evidence text not null,
  reason text,
  user_name text,
  identity jsonb,
  session text,
  session_kind text,
  candidates jsonb,
  process text,
  command_line text,
  message text not null,
  tags jsonb not null
);
create index alerts_time on whoran.alerts (time_ns, id);
create index alerts_user on whoran.alerts (left(user_name, 200), time_ns, id);
create index alerts_session on whoran.alerts (session, time_ns, id) where session is not null;
create index alerts_stored on whoran.alerts (stored_ms);

create table whoran.processes (
  key text primary key,
  stored_ms bigint not null,
  cluster text not null,
  node text not null,
  container text,
  pid bigint,
  vpid bigint,
  started_ns bigint,
  session text,
  session_rank bigint not null,
  parent text,
  parent_rank bigint not null
);
create index processes_session on whoran.processes (session, started_ns) where session is not null;
create index processes_stored on whoran.processes (stored_ms);

-- What was reported about sessions; whoran.sessions is computed from it.
create table whoran.session_reports (
  cluster text not null,
  id text not null,
  observer text not null,
  phase text not null,
  revision bigint not null,
  requested_ns bigint not null,
  stored_ms bigint not null,
  twin_key text not null,
  digest text not null,
  body jsonb not null,
  primary key (cluster, id, observer, phase)
);
create index session_reports_twins on whoran.session_reports (twin_key, requested_ns);
create index session_reports_stored on whoran.session_reports (stored_ms);

create table whoran.sessions (
  cluster text not null,
  id text not null,
  stored_ms bigint not null,
  requested_ns bigint not null,
  kind text not null,
  phase text not null,
  user_name text not null,
  namespace text not null,
  pod text not null,
  container text,
  injected boolean not null,
  webhook boolean not null,
  audit boolean not null,
  command_line text not null,
  alias text,
  alias_of text,
  body jsonb not null,
  primary key (cluster, id)
);
create index sessions_id on whoran.sessions (id);
create index sessions_time on whoran.sessions (requested_ns, id) where alias_of is null;
create index sessions_user on whoran.sessions (left(user_name, 200), requested_ns, id) where alias_of is null;
create index sessions_place on whoran.sessions (cluster, namespace, pod, requested_ns, id) where alias_of is null;
create index sessions_stored on whoran.sessions (stored_ms);

create table whoran.sources (
  cluster text not null,
  node text not null,
  kind text not null,
  first_ns bigint not null,
  last_ns bigint not null,
  primary key (cluster, node, kind)
);

create table whoran.facts (
  cluster text not null,
  node text not null,
  fact text not null,
  last_ms bigint not null,
  primary key (cluster, node, fact)
);

create table whoran.dead_letters (
  id text primary key,
  time_ns bigint not null,
  stored_ms bigint not null,
  stage text not null,
  reason text not null,
  error text not null,
  attempts bigint not null,
  topic text,
  endpoint text,
  cluster text
);
create index dead_letters_time on whoran.dead_letters (time_ns, id);
create index dead_letters_stored on whoran.dead_letters (stored_ms);
