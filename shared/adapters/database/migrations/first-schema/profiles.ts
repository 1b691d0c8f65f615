/**
 * Login profiles. `version`: the last number that was given to one; `current`: the version that runs begin with. What the last
 * check found is of that version. A flow that logs in is a named one; that may be deleted.
 */
const TABLE = `
create table profiles (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references projects (id) on delete cascade,
  name text not null,
  check_url text,
  check_visible text check ((check_url is null) = (check_visible is null)),
  login_flow text,
  max_age_ms bigint check (max_age_ms > 0),
  passkeys boolean not null default false,
  note text not null default '',
  version int not null default 0 check (version >= 0),
  current int check (current <= version),
  checked_at timestamptz,
  stale_why text check (stale_why in ('not_visible', 'not_loaded')),
  updated_by uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (project_id, name)
) with (fillfactor = 70);`;

/**
 * The state of a login after a run, sealed for the runners: it opens only in a row of this project, profile, version and
 * origins. Without \`saved_at\` its run has not passed yet, and nothing begins with it. Kept when its run is deleted.
 */
const VERSIONS = `
create table profile_versions (
  id uuid primary key default gen_random_uuid(),
  profile_id uuid not null references profiles (id) on delete cascade,
  version int not null check (version > 0),
  sealed text not null,
  kid text not null,
  origins text[] not null,
  cookies int not null,
  run_id uuid not null,
  saved_at timestamptz,
  unique (profile_id, version)
);
create index profile_versions_by_key on profile_versions (kid, id);`;

export const PROFILES = TABLE + VERSIONS;
