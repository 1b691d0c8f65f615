import { LEASE_HOLDS } from './runs/leases.ts';

/** A run as its owner knows it. */
export interface OwnedBy {
  runId: string;
  owner: string;
  epoch: number;
}

/**
 * SQL: `own`, the run, if it is still owned so; `may_use_secrets`: whether its user may use secrets and logins of its project,
 * a right that may have been taken away since it was started. Values: those of {@link OwnedBy}.
 */
export const OWN_RUN = `
own as materialized (
  select runs.id, runs.user_id, runs.project_id, exists (
    select from users where users.id = runs.user_id and users.deleted_at is null and (users.role = 'admin' or exists (
      select from project_members as member where member.user_id = runs.user_id and member.project_id = runs.project_id and member.role in ('operator', 'owner')))
  ) as may_use_secrets
  from runs
  where runs.id = :runId and runs.owner = :owner and runs.epoch = :epoch and runs.status in ('running', 'cancelling') and ${LEASE_HOLDS}
)`;
