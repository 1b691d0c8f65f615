import type { OnlineMigration } from '../online/stage.ts';
import { Migration20261125000000_runs } from './Migration20261125000000_runs.ts';
import { Migration20261125120000_run_api } from './Migration20261125120000_run_api.ts';
import { Migration20261125180000_runner_reports } from './Migration20261125180000_runner_reports.ts';
import { Migration20261126010000_runner_trouble } from './Migration20261126010000_runner_trouble.ts';
import { Migration20261126020000_lanes } from './Migration20261126020000_lanes.ts';
import { Migration20261126050000_subscriber_consumers } from './Migration20261126050000_subscriber_consumers.ts';
import { Migration20261126060000_accounts } from './Migration20261126060000_accounts.ts';
import { Migration20261126080000_waiting } from './Migration20261126080000_waiting.ts';
import { Migration20261126110000_invitations } from './Migration20261126110000_invitations.ts';
import { Migration20261126190000_leases } from './Migration20261126190000_leases.ts';
import { Migration20261126200000_gaps } from './Migration20261126200000_gaps.ts';
import { Migration20261126211500_runner_labels } from './Migration20261126211500_runner_labels.ts';
import { Migration20261126213000_turns } from './Migration20261126213000_turns.ts';
import { Migration20261126220000_unpublished } from './Migration20261126220000_unpublished.ts';
import { Migration20261126230000_days } from './Migration20261126230000_days.ts';
import { Migration20261126233000_run_labels } from './Migration20261126233000_run_labels.ts';
import { Migration20261126234500_lease_users } from './Migration20261126234500_lease_users.ts';
import { Migration20261127100000_artifact_bytes } from './Migration20261127100000_artifact_bytes.ts';
import { Migration20261127120000_traces } from './Migration20261127120000_traces.ts';
import { Migration20261127123000_webhooks } from './Migration20261127123000_webhooks.ts';
import { Migration20261127140000_short_ids } from './Migration20261127140000_short_ids.ts';
import { Migration20261127141000_system_samples } from './Migration20261127141000_system_samples.ts';
import { Migration20261127150000_names } from './Migration20261127150000_names.ts';
import { Migration20261127151000_outcomes } from './Migration20261127151000_outcomes.ts';
import { Migration20261127160000_user_sessions } from './Migration20261127160000_user_sessions.ts';
import { Migration20261127163000_search } from './Migration20261127163000_search.ts';
import { Migration20261127173000_search_key } from './Migration20261127173000_search_key.ts';
import { Migration20261129211500_webhook_makers } from './Migration20261129211500_webhook_makers.ts';
import { Migration20261129213700_guard_event } from './Migration20261129213700_guard_event.ts';
import { Migration20261129224800_guard_last_event } from './Migration20261129224800_guard_last_event.ts';
import { Migration20261129235300_webhook_returns } from './Migration20261129235300_webhook_returns.ts';
import { Migration20261130041500_webhook_filters } from './Migration20261130041500_webhook_filters.ts';
import { Migration20261130051700_webhook_asked } from './Migration20261130051700_webhook_asked.ts';
import { Migration20261130052100_assisted } from './Migration20261130052100_assisted.ts';
import { Migration20261130080000_claims } from './Migration20261130080000_claims.ts';

/** In the order they are applied. What a released migration leaves behind is never changed. */
export const MIGRATIONS: readonly OnlineMigration[] = [
  Migration20261125000000_runs,
  Migration20261125120000_run_api,
  Migration20261125180000_runner_reports,
  Migration20261126010000_runner_trouble,
  Migration20261126020000_lanes,
  Migration20261126050000_subscriber_consumers,
  Migration20261126060000_accounts,
  Migration20261126080000_waiting,
  Migration20261126110000_invitations,
  Migration20261126190000_leases,
  Migration20261126200000_gaps,
  Migration20261126211500_runner_labels,
  Migration20261126213000_turns,
  Migration20261126220000_unpublished,
  Migration20261126230000_days,
  Migration20261126233000_run_labels,
  Migration20261126234500_lease_users,
  Migration20261127100000_artifact_bytes,
  Migration20261127120000_traces,
  Migration20261127123000_webhooks,
  Migration20261127140000_short_ids,
  Migration20261127141000_system_samples,
  Migration20261127150000_names,
  Migration20261127151000_outcomes,
  Migration20261127160000_user_sessions,
  Migration20261127163000_search,
  Migration20261127173000_search_key,
  Migration20261129211500_webhook_makers,
  Migration20261129213700_guard_event,
  Migration20261129224800_guard_last_event,
  Migration20261129235300_webhook_returns,
  Migration20261130041500_webhook_filters,
  Migration20261130051700_webhook_asked,
  Migration20261130052100_assisted,
  Migration20261130080000_claims,
];
