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
  reason: string | null;
}

export interface Look {
  id: string;
  evaluatedTo: string;
  /** How far it was looked at; null: it could not be. */
  until: Date | null;
  nextAt: Date | null;
  found: readonly Evaluated[];
}

/**
 * Stores what looks have found, in one statement. A schedule at which another look was faster, or that is locked, was changed or
 * deleted, is left as it is. Returns how many were not.
 */
export async function storeLooks(sql: Statements, looks: readonly Look[]): Promise<number> {
  const found = looks.flatMap(({ id, found: of }) => of.map((one) => ({ ...one, id })));
  const stored = await sql.rows(STORE, {
    ids: looks.map(({ id }) => id),
    evaluatedTo: looks.map(({ evaluatedTo }) => evaluatedTo),
    until: looks.map(({ until }) => until?.toISOString() ?? null),
    nextAt: looks.map(({ nextAt }) => nextAt?.toISOString() ?? null),
    foundIds: found.map(({ id }) => id),
    times: found.map(({ nominalAt }) => nominalAt.toISOString()),
    kinds: found.map(({ kind }) => kind),
    statuses: found.map(({ status }) => status),
    reasons: found.map(({ reason }) => reason),
  });
  return stored.length;
}

/** One that is locked is about to have a run: it is looked at again soon. What comes while it is paused is only noted. */
const STORE = `
with look as materialized (
  select schedules.id, schedules.paused_at, one.until, one.next_at
  from unnest(:ids::uuid[], :evaluatedTo::timestamptz[], :until::timestamptz[], :nextAt::timestamptz[]) as one (id, evaluated_to, until, next_at)
  join schedules on schedules.id = one.id and schedules.evaluated_to = one.evaluated_to
  for no key update of schedules skip locked
),
come as materialized (
  select look.id, one.at, one.kind, case when look.paused_at is not null then 'skipped_paused' else one.status end as status,
    case when look.paused_at is null then one.reason end as reason
  from unnest(:foundIds::uuid[], :times::timestamptz[], :kinds::text[], :statuses::text[], :reasons::text[]) as one (id, at, kind, status, reason)
  join look on look.id = one.id
),
noted as (
  insert into schedule_occurrences (schedule_id, nominal_at, kind, status, reason) select id, at, kind, status, reason from come
  on conflict do nothing
)
update schedules set evaluated_to = greatest(schedules.evaluated_to, look.until), next_at = look.next_at,
  wakes_at = look.next_at + offset_ms * interval '1 ms',
  due_at = case when exists (select from come where come.id = look.id and come.status = 'due') then coalesce(due_at, clock_timestamp()) else due_at end
from look where schedules.id = look.id
returning schedules.id`;

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

/** The order is that of the ends. Cancelled runs neither count nor end the row. */
const SETTLE = `
with ended as materialized (
  delete from schedule_ends where seq in (select seq from schedule_ends order by seq limit :limit for update skip locked)
  returning seq, schedule_id, run_id, nominal_at, outcome
),
noted as (
  update schedule_occurrences as one set outcome = ended.outcome from ended
  where one.schedule_id = ended.schedule_id and one.nominal_at = ended.nominal_at and one.run_id = ended.run_id
),
counted as (
  select schedule_id, count(*) filter (where outcome in ('fail', 'lost') and seq > coalesce(passed, 0)) as failed, max(passed) is not null as has_passed
  from (select *, max(seq) filter (where outcome = 'pass') over (partition by schedule_id) as passed from ended) as known
  group by schedule_id
),
judged as materialized (
  select schedules.id, case when has_passed then 0 else failures end + failed::int as failures,
    paused_at is null and failed > 0 and case when has_passed then 0 else failures end + failed >= pause_after_failures as is_over
  from counted join schedules on schedules.id = counted.schedule_id order by schedules.id for no key update of schedules
),
changed as (
  update schedules set failures = judged.failures,
    paused_at = case when is_over then clock_timestamp() else paused_at end,
    paused_why = case when is_over then 'failures' else paused_why end
  from judged where schedules.id = judged.id
)
select count(*)::int as settled from ended`;

const FORGOTTEN_OF = 500;

/** So many of a schedule are kept however old they are, and so many at most. */
const KEPT = { least: 50, most: 1_000 };

/**
 * Deletes occurrences that are older than runs are kept, but for the newest of each schedule; a page of schedules after the one
 * that is named. Returns the last of them; undefined: there are no more.
 */
export async function forgetOccurrences(
  sql: Statements,
  { days, after }: { days: number; after: string | undefined },
): Promise<string | undefined> {
  const { last } = (await sql.row<{ last: string | null }>(FORGET, {
    days,
    after: after ?? '00000000-0000-0000-0000-000000000000',
    limit: FORGOTTEN_OF,
    least: KEPT.least,
    most: KEPT.most,
  }))!;
  return last ?? undefined;
}

const NTH_NEWEST = (n: string) =>
  `(select nominal_at from schedule_occurrences where schedule_id = page.id order by nominal_at desc offset ${n}::int - 1 limit 1)`;
const FORGET = `
with page as materialized (select id from schedules where id > :after::uuid order by id limit :limit),
gone as (
  delete from schedule_occurrences as old using page
  where old.schedule_id = page.id and old.status <> 'due' and (old.nominal_at < ${NTH_NEWEST(':most')}
    or old.nominal_at < ${NTH_NEWEST(':least')} and old.created_at < clock_timestamp() - :days::float8 * interval '1 day')
)
select (select id from page order by id desc limit 1) as last`;
