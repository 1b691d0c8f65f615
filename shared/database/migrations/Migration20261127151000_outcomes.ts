import { buildIndex, type OnlineMigration } from '../online/stage.ts';

/** As `FAILED_AS` says it: what a released migration leaves behind never changes. */
const OUTCOME = `(case when cancel_requested_at is not null then 'cancelled' when cancelled or stale then 'lost' else 'fail' end)`;

const ofFailed = (name: string, key: string, and = '') =>
  buildIndex('runs', name, `(${key}${OUTCOME}, created_at, id) where status = 'fail'${and}`);
const inContext = (name: string, key: string) => ofFailed(name, key, ' and context_id is not null');

/** Lists by outcome, as those by status; written at the end of a run that did not pass. */
export const Migration20261127151000_outcomes: OnlineMigration = {
  name: 'Migration20261127151000_outcomes',
  stages: [
    ofFailed('runs_failed', ''),
    ofFailed('runs_failed_of_project', 'project_id, '),
    ofFailed('runs_failed_of_user', 'user_id, project_id, '),
    inContext('runs_failed_of_context', 'context_id, '),
    inContext('runs_failed_of_project_context', '(project_id::text || context_id), '),
    inContext('runs_failed_of_user_context', '(user_id::text || project_id::text || context_id), '),
  ],
};
