/*
 * Which runs need a person: the one definition. They failed or were lost and were not run again since; or they go on, and ask a
 * person, or take longer than their named flow usually does.
 */
import { AWAITS_PERSON } from '#shared/domain/run/states.ts';
import { IS_ANSWERED } from '../orders/answers.ts';
import { isAsking } from '../orders/orders.ts';
import { IS_RESUMED } from '../orders/pauses.ts';
import type { Sql } from '../sql.ts';

/** SQL: of `runs`, the first of both; the very text of the indexes of these lists. */
export const ENDED_UNATTENDED = `(status = 'fail' and cancel_requested_at is null and rerun_at is null)`;

/** SQL: a row waits for a person. */
const waitsForPerson = (row: string) =>
  `${row}.state in (${AWAITS_PERSON.map((state) => `'${state}'`).join(', ')})`;

/** SQL: of `runs`, which its owner may not have heard yet. */
const IS_HELPED = `case when ${isAsking('runs')} then ${IS_ANSWERED} else ${IS_RESUMED} end`;

/** SQL: the parked runs that still wait for a person. */
const PARKED = `select id from runs where status = 'running' and parked_until is not null and cancel_requested_at is null`;

/** So many runs of a flow that passed tell how long it takes; fewer than the least tell nothing. */
const [LOOKED_AT, LEAST] = [20, 3];
/** Most runs on runners, and most parked ones, that are looked at (I14). */
const MOST = 1_000;
const MOST_PARKED = 10_000;

/**
 * The runs that go on and ask a person, or take longer than usual: longer than twice the median of the last runs of their
 * flow that passed, and than each of them, from the claim on. Each flow is looked at once.
 */
export const readNeedingPeople = async (sql: Sql): Promise<string[]> =>
  (await sql.rows<{ id: string }>(NEEDING_PEOPLE)).map(({ id }) => id);

/** Those that wait for a person. */
export const readWaitingForPeople = async (sql: Sql): Promise<string[]> =>
  (await sql.rows<{ id: string }>(WAITING_FOR_PEOPLE)).map(({ id }) => id);

const WAITING_FOR_PEOPLE = `
select runs.id from (select * from leases limit ${MOST}) as lease cross join lateral (
  select * from runs where id = lease.run_id and epoch = lease.epoch and owner is not null
    and status = 'running' and cancel_requested_at is null offset 0
) as runs where ${waitsForPerson('runs')} and not ${IS_HELPED}
union all (${PARKED} order by parked_until, id limit ${MOST_PARKED})`;

const NEEDING_PEOPLE = `
with live as materialized (
  select run.id, run.state, run.project_id, run.flow_name, run.claimed_at
  from (select * from leases limit ${MOST}) as lease cross join lateral (
    select * from runs where id = lease.run_id and epoch = lease.epoch and owner is not null
      and status = 'running' and cancel_requested_at is null offset 0
  ) as run
), usual as materialized (
  select flow.project_id, flow.flow_name, took.*
  from (select distinct project_id, flow_name from live where flow_name is not null) as flow cross join lateral (
    select count(*) as runs, max(took) as most, percentile_cont(0.5) within group (order by took) as half
    from (
      select extract(epoch from finished_at - claimed_at)::float8 as took from runs
      where (project_id::text || flow_name, shown_status) = (flow.project_id::text || flow.flow_name, 'pass')
        and flow_name is not null
      order by (project_id::text || flow_name) desc, shown_status desc, created_at desc, id desc limit ${LOOKED_AT}
    ) as passed
  ) as took
  where took.runs >= ${LEAST}
)
select id from live where ${waitsForPerson('live')}
union (${PARKED} order by parked_until, id limit ${MOST_PARKED})
union select live.id from live join usual using (project_id, flow_name)
where extract(epoch from clock_timestamp() - live.claimed_at) > greatest(usual.most, 2 * usual.half)`;
