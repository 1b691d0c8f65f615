/*
 * The looks of the leader at schedules whose time has come. What a look finds is stored with how far it went, by a statement
 * that does nothing if another has gone as far meanwhile: two leaders make each occurrence once (I12).
 */
import type { OccurrenceKind, OccurrenceStatus } from '#shared/domain/schedule/rules.ts';
import { type Columns, columns } from '../columns.ts';
import type { ScheduleEntity } from '../entities/schedules.ts';
import type { Statements } from '../sql.ts';

const READ = ['id', 'cron', 'timezone', 'dst', 'catchUp', 'startsAt', 'endsAt', 'pausedAt'] as const;

/** A schedule whose next time has come. */
export interface DueSchedule extends Columns<typeof ScheduleEntity, (typeof READ)[number]> {
  /** How far it was looked at, and how far it is to be now; with microseconds, by which the look is known. */
  evaluatedTo: string;
  until: Date;
  /** The database's time. */
  now: Date;
  catchUpMs: number;
  offsetMs: number;
}

/** Those that wait longest first. */
export const findDueSchedules = (sql: Statements, limit: number): Promise<DueSchedule[]> =>
  sql.rows<DueSchedule>(FIND, { limit });

/** The moment is a value by then, which an index is read up to. */
const FIND = `
with moment as materialized (select clock_timestamp() as now)
select ${columns<typeof ScheduleEntity>(READ, 'schedules')}, evaluated_to::text as "evaluatedTo",
  moment.now - offset_ms * interval '1 ms' as until, moment.now, catch_up_ms::float8 as "catchUpMs", offset_ms::float8 as "offsetMs"
from moment, schedules where wakes_at <= (select now from moment) order by wakes_at limit :limit`;

/** A time that has come, and what becomes of it. */
interface Evaluated {
  nominalAt: Date;
  kind: OccurrenceKind;
  status: OccurrenceStatus;
}

export interface Look {
  id: string;
  evaluatedTo: string;
  until: Date;
  nextAt: Date | null;
  found: readonly Evaluated[];
}

/**
 * Stores what looks have found, in one statement. A schedule at which another look was faster, or that was changed or deleted,
 * is left as it is. Returns how many were not.
 */
export async function storeLooks(sql: Statements, looks: readonly Look[]): Promise<number> {
  const found = looks.flatMap(({ id, found: of }) => of.map((one) => ({ ...one, id })));
  const stored = await sql.rows(STORE, {
    ids: looks.map(({ id }) => id),
    evaluatedTo: looks.map(({ evaluatedTo }) => evaluatedTo),
    until: looks.map(({ until }) => until.toISOString()),
    nextAt: looks.map(({ nextAt }) => nextAt?.toISOString() ?? null),
    foundIds: found.map(({ id }) => id),
    times: found.map(({ nominalAt }) => nominalAt.toISOString()),
    kinds: found.map(({ kind }) => kind),
    statuses: found.map(({ status }) => status),
  });
  return stored.length;
}

/** Locked in one order: two leaders do not wait in a circle. */
const STORE = `
with look as materialized (
  select schedules.id, one.until, one.next_at
  from unnest(:ids::uuid[], :evaluatedTo::timestamptz[], :until::timestamptz[], :nextAt::timestamptz[]) as one (id, evaluated_to, until, next_at)
  join schedules on schedules.id = one.id and schedules.evaluated_to = one.evaluated_to
  order by schedules.id for no key update of schedules
),
moved as (
  update schedules set evaluated_to = look.until, next_at = look.next_at, wakes_at = look.next_at + offset_ms * interval '1 ms'
  from look where schedules.id = look.id returning schedules.id, paused_at
),
noted as (
  insert into schedule_occurrences (schedule_id, nominal_at, kind, status)
  select moved.id, one.at, one.kind, case when one.status = 'due' and moved.paused_at is not null then 'skipped_paused' else one.status end
  from unnest(:foundIds::uuid[], :times::timestamptz[], :kinds::text[], :statuses::text[]) as one (id, at, kind, status)
  join moved on moved.id = one.id
  on conflict do nothing
)
select from moved`;

/** So many runs' ends are noted at once. */
const PAGE = 200;

/**
 * Notes how runs of schedules have ended, and pauses schedules of which too many have failed in a row. Returns whether there
 * may be more.
 */
export async function settleOccurrences(sql: Statements): Promise<boolean> {
  const settled = await sql.row<{ settled: number }>(SETTLE, { limit: PAGE });
  return settled?.settled === PAGE;
}

/** The oldest runs first. A run that was deleted before its end was noted counts as lost. */
const SETTLE = `
with ended as materialized (
  select one.schedule_id, one.nominal_at, coalesce(runs.finished_at, one.created_at) as at,
    case when runs.id is null then 'lost' when runs.status = 'pass' then 'pass' when runs.cancel_requested_at is not null then 'cancelled'
      when runs.cancelled or runs.stale then 'lost' else 'fail' end as outcome
  from schedule_occurrences as one left join runs on runs.id = one.run_id
  where one.status = 'started' and one.outcome is null and (runs.id is null or runs.status in ('pass', 'fail'))
  order by one.run_id limit :limit
),
settled as (
  update schedule_occurrences as one set outcome = ended.outcome from ended
  where one.schedule_id = ended.schedule_id and one.nominal_at = ended.nominal_at and one.outcome is null
  returning one.schedule_id, ended.at, ended.outcome
),
counted as (
  select schedule_id, count(*) filter (where outcome in ('fail', 'lost') and at > coalesce(passed_at, '-infinity')) as failed, max(passed_at) is not null as has_passed
  from (select *, max(at) filter (where outcome = 'pass') over (partition by schedule_id) as passed_at from settled) as known
  group by schedule_id
),
changed as (
  update schedules set failures = case when has_passed then 0 else failures end + failed::int,
    (paused_at, paused_why) = (
      select case when is_over then clock_timestamp() else paused_at end, case when is_over then 'failures' else paused_why end
      from (select paused_at is null and pause_after_failures is not null
        and case when has_passed then 0 else failures end + failed >= pause_after_failures as is_over) as judged)
  from counted where schedules.id = counted.schedule_id
  returning schedules.id, schedules.paused_at
)
select count(*)::int as settled, (select count(*) from changed) as changed from settled`;

const FORGET_AT_ONCE = 1_000;
/** So many of a schedule are kept however old they are. */
const KEPT = 50;

/** Deletes occurrences that are older than runs are kept, but for the newest of each schedule. Whether there may be more. */
export async function forgetOccurrences(sql: Statements, days: number): Promise<boolean> {
  const gone = await sql.rows(FORGET, { days, limit: FORGET_AT_ONCE, kept: KEPT });
  return gone.length === FORGET_AT_ONCE;
}

const FORGET = `
delete from schedule_occurrences where ctid = any (array(
  select ctid from schedule_occurrences as old
  where created_at < (select clock_timestamp() - :days::float8 * interval '1 day') and status <> 'due'
    and exists (select from schedule_occurrences as newer where newer.schedule_id = old.schedule_id and newer.nominal_at > old.nominal_at
      order by newer.nominal_at offset :kept - 1 limit 1)
  order by created_at limit :limit))
returning 1`;
