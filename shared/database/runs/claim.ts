import type { Flow } from '#shared/flow/flow.ts';
import { MACHINE_VERSION } from '#shared/run/context.ts';
import type { Sql } from '../sql.ts';

export interface ClaimedRun {
  id: string;
  userId: string;
  projectId: string;
  createdAt: Date;
  epoch: number;
  lastSeq: number;
  plan: Flow;
  snapshot: unknown;
}

const COLUMNS = `runs.id, user_id as "userId", project_id as "projectId", created_at as "createdAt", epoch, last_seq as "lastSeq", plan, snapshot`;

/** Takes the oldest queued run of this machine's version. A run with a recorded cancel is never claimed (I3). */
export const claimNext = (sql: Sql, owner: string, leaseMs: number): Promise<ClaimedRun | undefined> =>
  sql.row<ClaimedRun>(CLAIM_NEXT, [owner, leaseMs, MACHINE_VERSION]);

const CLAIM_NEXT = `
with next as (
  select id from runs
  where status = 'running' and owner is null and cancel_requested_at is null and queue_until > clock_timestamp()
    and machine_version = $3
  order by created_at, id limit 1 for update skip locked
)
update runs set owner = $1, epoch = epoch + 1, claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(),
  lease_until = clock_timestamp() + $2::float8 * interval '1 ms'
from next where runs.id = next.id
returning ${COLUMNS}`;

/** A claim whose answer was lost, and how long its lease still is, ms. */
export interface LostClaim extends ClaimedRun {
  leaseLeft: number;
}

/** Runs that this owner claimed without hearing of it. `known` are those it has. */
export const findLostClaims = (sql: Sql, owner: string, known: string[]): Promise<LostClaim[]> =>
  sql.rows<LostClaim>(LOST_CLAIMS, [owner, known]);

const LOST_CLAIMS = `
select ${COLUMNS}, extract(epoch from lease_until - clock_timestamp())::float8 * 1000 as "leaseLeft" from runs
where owner = $1 and status = 'running' and last_seq = 0 and lease_until > clock_timestamp() and id <> all ($2::uuid[])`;
