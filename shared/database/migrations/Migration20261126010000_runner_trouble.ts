import { change, type OnlineMigration } from '../online/stage.ts';

/** Why a runner takes no runs, as it tells with each heartbeat; null if it does. */
export const Migration20261126010000_runner_trouble: OnlineMigration = {
  name: 'Migration20261126010000_runner_trouble',
  stages: [
    change(
      'add a column to runners',
      { runners: 'access exclusive' },
      'alter table runners add column if not exists trouble text',
    ),
  ],
};
