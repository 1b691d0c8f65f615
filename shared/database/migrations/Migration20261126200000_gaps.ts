import { buildIndex, change, type OnlineMigration } from '../online/stage.ts';

const COLUMNS = `
alter table subscriber_consumers
  add column if not exists had_until timestamptz,
  add column if not exists mark_seq bigint,
  add column if not exists mark_at timestamptz,
  add column if not exists told boolean not null default false`;

/**
 * For subscribers that have missed events: up to where each durable consumer has had everything, and the ended runs of a
 * user and of a project in the order of their ends. Both indexes are written once per run, at its end.
 */
export const Migration20261126200000_gaps: OnlineMigration = {
  name: 'Migration20261126200000_gaps',
  stages: [
    change('add columns to subscriber_consumers', { subscriber_consumers: 'access exclusive' }, COLUMNS),
    buildIndex(
      'runs',
      'runs_ended_of_project',
      `((project_id::text), finished_at, id) where status in ('pass', 'fail')`,
    ),
    buildIndex(
      'runs',
      'runs_ended_of_user',
      `((user_id::text), finished_at, id) where status in ('pass', 'fail')`,
    ),
  ],
};
