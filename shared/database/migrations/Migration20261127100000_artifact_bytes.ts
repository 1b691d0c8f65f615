import { change, type OnlineMigration } from '../online/stage.ts';

/**
 * One row per project and day: it is changed with each artifact, so its updates stay within its page. The sum of a project
 * is of as many rows as there are days that are kept.
 */
const BYTES = `
create table if not exists artifact_bytes (
  project_id uuid not null,
  day date not null,
  bytes bigint not null check (bytes >= 0),
  primary key (project_id, day)
) with (fillfactor = 50);
create index if not exists artifact_bytes_by_day on artifact_bytes (day);`;

/** What projects keep of pictures and videos, for the limit per project. */
export const Migration20261127100000_artifact_bytes: OnlineMigration = {
  name: 'Migration20261127100000_artifact_bytes',
  stages: [change('create the table artifact_bytes', {}, BYTES)],
};
