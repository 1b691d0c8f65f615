import { change, type OnlineMigration } from '../online/stage.ts';

/** What a run is for, as it is shown. The victory has a column of its own, which lists need not unpack. */
export const Migration20261130052100_assisted: OnlineMigration = {
  name: 'Migration20261130052100_assisted',
  stages: [
    change(
      'add columns to runs',
      { runs: 'access exclusive' },
      `alter table runs
        add column if not exists assisted jsonb,
        add column if not exists victory jsonb`,
    ),
  ],
};
