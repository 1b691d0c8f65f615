/** What a runner registers, and what it tells of itself with each heartbeat; `unavailable` and `trouble` are null if it claims. `leaving_until`: it shuts down, and stops its runs then. */
const PROCESSES = `
create table runners (
  id uuid primary key,
  lock_key int not null unique generated always as identity,
  host text not null,
  pid int not null,
  slots int not null,
  labels text[] not null default '{}',
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  browsers int,
  unavailable text,
  trouble text,
  leaving_until timestamptz,
  seal_keys text[] not null default '{}'
);
create index runners_seen on runners (seen_at);
create table leaders (
  role text primary key,
  holder uuid not null,
  until timestamptz not null
);`;

/** What each gateway tells of itself: how it reaches PostgreSQL and NATS, by name; and what gateways could not reach, kept for some hours. */
const GATEWAYS = `
create table gateways (
  id uuid primary key,
  host text not null,
  pid int not null,
  looks jsonb not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
);
create table outages (
  gateway_id uuid not null,
  name text not null,
  since timestamptz not null,
  until timestamptz not null,
  primary key (gateway_id, name, since)
);`;

/** One row a minute, and some hours of them: what the last hour was like, the same for every gateway and after restarts. */
const SAMPLES = `
create table system_samples (
  at timestamptz primary key,
  waiting int not null,
  oldest_ms int not null,
  running int not null,
  cancelling int not null,
  slots int not null,
  passed int not null,
  failed int not null,
  cancelled int not null,
  lost int not null,
  wait_ms int,
  cancel_ms int,
  slowest_cancel_ms int
);`;

/**
 * The bytes of pictures and videos that projects keep, for the limit per project: one row per project and day, which each
 * artifact changes, so pages keep room for updates.
 */
const ARTIFACT_BYTES = `
create table artifact_bytes (
  project_id uuid not null,
  day date not null,
  bytes bigint not null check (bytes >= 0),
  primary key (project_id, day)
) with (fillfactor = 50);
create index artifact_bytes_by_day on artifact_bytes (day);`;

/** One row: the key that all services read (`database-key.ts`), made from random numbers that the server draws. */
const KEY = `
create table database_key (
  one boolean primary key default true check (one),
  key bytea not null default sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea)
);
insert into database_key default values;`;

export const SYSTEM = PROCESSES + GATEWAYS + SAMPLES + ARTIFACT_BYTES + KEY;
