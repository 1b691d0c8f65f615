import { MACHINE_VERSION, OLDEST_MACHINE_VERSION } from '#shared/run/context.ts';
import { QUEUED } from '#shared/run/states.ts';
import { lock } from '../advisory-locks.ts';
import { type Columns, columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import type { Sql } from '../sql.ts';
import { NEXT_RUN, NEXT_RUN_OF_OPEN_PROJECT } from './fair-choice.ts';
import { TAKE_LEASE } from './leases.ts';
import { isLimited, type RunLimits } from './limits.ts';

/** Of a run that was requeued NATS may not have had all that is published. */
const CLAIMED = [
  ...(['id', 'userId', 'projectId', 'createdAt', 'epoch', 'lastSeq', 'plan', 'snapshot'] as const),
  ...(['concurrencyKey', 'publishedSeq', 'publishedRank', 'attempt'] as const),
] as const;

export interface ClaimedRun extends Columns<typeof RunEntity, (typeof CLAIMED)[number]> {
  /** The database's time of this statement. */
  now: Date;
}

const COLUMNS = `${columns<typeof RunEntity>(CLAIMED, 'runs')}, clock_timestamp() as now`;

/** How often another runner may be faster with the same concurrency key before this one leaves it for now. */
const TRIES = 20;

/**
 * Takes the queued run whose turn it is (`fair-choice.ts`), of a machine version that can be read here. A run with a
 * recorded cancel is never claimed (I3). With limits, which hold across all runners that have them, claims go one by one.
 * `without`: runs that this owner must not have now, since its last actor of them is still closing (I2).
 */
export async function claimNext(
  sql: Sql,
  owner: string,
  leaseMs: number,
  limits: RunLimits = {},
  without: string[] = [],
): Promise<ClaimedRun | undefined> {
  const values = {
    ...{ owner, leaseMs, without },
    ...{ oldestVersion: OLDEST_MACHINE_VERSION, newestVersion: MACHINE_VERSION },
    ...{ perUser: limits.perUser ?? null, perProject: limits.perProject ?? null },
  };
  const text = limits.perProject === undefined ? CLAIM_NEXT : CLAIM_NEXT_OF_OPEN_PROJECT;
  const claim = (within: Sql) => within.row<ClaimedRun>(text, values);
  const claimAlone = () =>
    sql.transaction(async (within) => {
      await lock(within, 'claim', '');
      return claim(within);
    });
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      return await (isLimited(limits) ? claimAlone() : claim(sql));
    } catch (error) {
      if (!isKeyTaken(error)) throw error;
    }
  }
  return undefined;
}

/** Another runner has just claimed a run with the same concurrency key; by the next look that can be seen. */
const isKeyTaken = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'runs_one_of_key';

const claimOf = (next: string) => `
with recursive ${next},
claimed as (
  update runs set owner = :owner, epoch = epoch + 1, claimed_at = clock_timestamp()
  from next where runs.id = next.id
  returning ${COLUMNS}
),${TAKE_LEASE}
select * from claimed`;
const CLAIM_NEXT = claimOf(NEXT_RUN);
const CLAIM_NEXT_OF_OPEN_PROJECT = claimOf(NEXT_RUN_OF_OPEN_PROJECT);

/** A claim whose answer was lost, and how long its lease still is, ms. */
export interface LostClaim extends ClaimedRun {
  leaseLeft: number;
}

/** Runs that this owner claimed without hearing of it. `known` are those it has. */
export const findLostClaims = (sql: Sql, owner: string, known: string[]): Promise<LostClaim[]> =>
  sql.rows<LostClaim>(LOST_CLAIMS, { owner, known });

const LOST_CLAIMS = `
select ${COLUMNS}, extract(epoch from leases.until - clock_timestamp())::float8 * 1000 as "leaseLeft"
from leases join runs on runs.id = leases.run_id and runs.owner = leases.owner and runs.epoch = leases.epoch
where leases.owner = :owner and leases.until > clock_timestamp() and runs.id <> all (:known::uuid[])
  and runs.status in ('running', 'cancelling') and runs.state = '${QUEUED}'`;
