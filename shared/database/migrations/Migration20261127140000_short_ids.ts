import { buildIndex, type OnlineMigration } from '../online/stage.ts';

/** Runs by the end of their id, as people name them (`shared/run/short-id.ts`). */
export const Migration20261127140000_short_ids: OnlineMigration = {
  name: 'Migration20261127140000_short_ids',
  stages: [buildIndex('runs', 'runs_by_short_id', '(right(id::text, 8))')],
};
