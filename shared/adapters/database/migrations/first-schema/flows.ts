/**
 * A flow is identified by its name: a deleted one keeps its versions, and continues their numbers when it is stored again.
 * Versions never change, and no run depends on them. No cascade: retention deletes flows of deleted projects.
 */
export const FLOWS = `
create table flows (
  id uuid primary key,
  project_id uuid not null,
  name text collate "C" not null,
  version int not null default 0,
  description text not null default '',
  deleted_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  unique (project_id, name)
);
create table flow_versions (
  flow_id uuid not null references flows (id),
  version int not null,
  body json not null,
  digest bytea not null,
  user_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (flow_id, version)
);`;
