/**
 * What NATS may not have acknowledged (docs/decisions/unpublished.md): a commit changes no indexed column. When empty it
 * keeps its pages, or a plan made then would read too much. No foreign key: who deletes runs deletes these rows.
 */
export const UNPUBLISHED = `
create table unpublished (
  run_id uuid primary key,
  user_id uuid not null,
  project_id uuid not null,
  created_at timestamptz not null,
  seq int not null,
  rank int not null,
  stored_seq int not null,
  stored_rank int not null,
  due_at timestamptz
) with (fillfactor = 50, vacuum_truncate = false,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
create index unpublished_oldest on unpublished (created_at);
create index unpublished_due on unpublished (due_at) where due_at is not null;`;
