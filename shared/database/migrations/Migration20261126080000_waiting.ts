import { buildIndex, type OnlineMigration } from '../online/stage.ts';

/**
 * For what is said of the system, and for forgetting runners: neither reads all that waits or was ever there (I14). The
 * words of `runs_waiting` are no other statement's, or a claim might walk it for a user's oldest run, past everybody's.
 */
export const Migration20261126080000_waiting: OnlineMigration = {
  name: 'Migration20261126080000_waiting',
  stages: [
    buildIndex(
      'runs',
      'runs_waiting',
      `(created_at, id) where status = 'running' and num_nonnulls(owner, cancel_requested_at) = 0`,
    ),
    buildIndex('runners', 'runners_seen', '(seen_at)'),
  ],
};
