import { change, type OnlineMigration } from '../online/stage.ts';

/** What a runner tells of itself with each heartbeat. */
export const Migration20261125180000_runner_reports: OnlineMigration = {
  name: 'Migration20261125180000_runner_reports',
  stages: [
    change(
      'add a column to runners',
      { runners: 'access exclusive' },
      'alter table runners add column if not exists browsers int',
    ),
  ],
};
