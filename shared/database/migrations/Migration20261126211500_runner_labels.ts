import { change, type OnlineMigration } from '../online/stage.ts';

/** What a runner registers besides its slots, and why it claims nothing, as it tells with each heartbeat; null if it does. */
export const Migration20261126211500_runner_labels: OnlineMigration = {
  name: 'Migration20261126211500_runner_labels',
  stages: [
    change(
      'add columns to runners',
      { runners: 'access exclusive' },
      `alter table runners
        add column if not exists labels text[] not null default '{}',
        add column if not exists unavailable text`,
    ),
  ],
};
