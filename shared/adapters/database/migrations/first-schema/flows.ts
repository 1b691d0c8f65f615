/**
 * A name is a flow's identity for ever: a deleted one keeps its versions and goes on counting. `version` is the newest, whose
 * rows never change. Bodies are as they were written. Runs refer to them by name and number, and depend on none.
 */
export const FLOWS = `
create table flows (
  id uuid primary key,
  project_id uuid not null references projects (id) on delete cascade,
  name text collate "C" not null,
  version int not null default 0,
  description text not null default '',
  deleted_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (project_id, name)
);
create table flow_versions (
  flow_id uuid not null references flows (id) on delete cascade,
  version int not null,
  body json not null,
  digest bytea not null,
  user_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (flow_id, version)
);`;
