import { change, type OnlineMigration } from '../online/stage.ts';

/**
 * By what people tell runs apart and group them: a name, and labels, sorted. Not `labels`: statements of the version before
 * that join `runners` could not tell them from those.
 */
export const Migration20261127150000_names: OnlineMigration = {
  name: 'Migration20261127150000_names',
  stages: [
    change(
      'add columns to runs',
      { runs: 'access exclusive' },
      `alter table runs
        add column if not exists name text,
        add column if not exists own_labels text[] not null default '{}'`,
    ),
  ],
};
