/**
 * A value is sealed for the runners, and opens only in a row with this project, kind, name and version. `kid`: the key that
 * sealed it. `updated_by`: who gave the value.
 */
const TABLE = `
create table secrets (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  kind text not null check (kind in ('text', 'login', 'totp')),
  version int not null check (version > 0),
  sealed text not null,
  kid text not null,
  origins text[] not null check (origins <> '{}'),
  note text not null default '',
  updated_by uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  last_used_at timestamptz,
  last_used_by uuid,
  last_used_run uuid,
  unique (project_id, name)
) with (fillfactor = 70);
create index secrets_by_key on secrets (kid, id);`;

/** Each opening, in partitions by the day of its run, as other records of runs. Kept when its secret is deleted, so without foreign keys. */
const USES = `
create table secret_uses (
  run_id uuid not null,
  id uuid not null default gen_random_uuid(),
  project_id uuid not null,
  secret_id uuid not null,
  name text not null,
  version int not null,
  phase text not null default 'flow' check (phase in ('flow', 'onCancel')),
  step int not null,
  origin text not null,
  user_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (run_id, id)
) partition by range (run_id);
create index secret_uses_of_name on secret_uses (project_id, name, at, id);
create table secret_uses_other partition of secret_uses default;`;

/** The counters whose one-time code was taken: none is typed twice. */
const TOTP_USES = `
create table totp_uses (
  secret_id uuid not null references secrets (id) on delete cascade,
  counter bigint not null,
  run_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (secret_id, counter)
);
create index totp_uses_at on totp_uses (at);`;

export const SECRETS = TABLE + USES + TOTP_USES;
