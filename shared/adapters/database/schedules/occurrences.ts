/*
 * Occurrences of schedules, from when they are due to the run that each has, at most one: it is stored in the transaction that
 * says so, with the schedule locked (I12).
 */
import type { OccurrenceKind, OccurrenceStatus, Overlap } from '#shared/domain/schedule/rules.ts';
import { type Columns, columns } from '../columns.ts';
import type { OccurrenceEntity } from '../entities/schedules.ts';
import { lockOwners, PlaceRefused, type RunPlace } from '../place.ts';
import type { Sql, Statements } from '../sql.ts';

const SHOWN = ['nominalAt', 'kind', 'status', 'reason', 'runId', 'startedAt', 'outcome'] as const;
export type OccurrenceRow = Columns<typeof OccurrenceEntity, (typeof SHOWN)[number]>;

interface OccurrencesToList {
  scheduleId: string;
  status: OccurrenceStatus | undefined;
  /** Only times before this one; ISO 8601. */
  before: string | undefined;
  limit: number;
}

/** Newest first. */
export const listOccurrences = (
  sql: Statements,
  { status, before, ...wanted }: OccurrencesToList,
): Promise<OccurrenceRow[]> =>
  sql.rows<OccurrenceRow>(
    `select ${columns<typeof OccurrenceEntity>(SHOWN, 'one')} from schedule_occurrences as one
     where schedule_id = :scheduleId and nominal_at < coalesce(:before::timestamptz, 'infinity')
       and (:status::text is null or status = :status)
     order by nominal_at desc limit :limit`,
    { ...wanted, status: status ?? null, before: before ?? null },
  );

export interface Backfilled {
  times: Date[];
  /** Those that have had a run, or are about to. */
  before: Date[];
}

/** Makes times due that have had no run, or only says which these are. Undefined: there is no such schedule any more. */
export const addBackfill = (
  sql: Sql,
  {
    scheduleId,
    times,
    overlap,
    dryRun,
  }: { scheduleId: string; times: readonly Date[]; overlap: Overlap; dryRun: boolean },
): Promise<Backfilled | undefined> =>
  sql.transaction(async (inner) => {
    if (!(await lockSchedule(inner, scheduleId))) return undefined;
    const texts = times.map((at) => at.toISOString());
    const had = await inner.rows<{ at: Date }>(HAD, { scheduleId, times: texts });
    const started = new Set(had.map(({ at }) => at.getTime()));
    const isBefore = (at: Date) => started.has(at.getTime());
    if (!dryRun) {
      await inner.rows(BACKFILL, { scheduleId, times: texts, overlap });
      await inner.rows(NEXT_IS_DUE, { scheduleId });
    }
    return { times: times.filter((at) => !isBefore(at)), before: times.filter(isBefore) };
  });

const HAD = `
select nominal_at as at from schedule_occurrences
where schedule_id = :scheduleId and nominal_at = any(:times::timestamptz[]) and status in ('started', 'due')`;
const BACKFILL = `
insert into schedule_occurrences (schedule_id, nominal_at, kind, status, overlap)
select :scheduleId::uuid, at, 'backfill', 'due', :overlap from unnest(:times::timestamptz[]) as one (at)
on conflict (schedule_id, nominal_at) do update
set kind = 'backfill', status = 'due', overlap = excluded.overlap, reason = null, created_at = clock_timestamp()
where schedule_occurrences.status not in ('started', 'due')`;

/** What has come by itself is before what is made up for. */
const FIRST_DUE = `
select nominal_at, kind, overlap, created_at from schedule_occurrences as one
where one.schedule_id = schedules.id and one.status = 'due' order by one.kind = 'backfill', one.nominal_at limit 1`;
/** The end of the line: other schedules that wait are before the next one of this. */
const NEXT_IS_DUE = `
update schedules set due_at = case when exists (${FIRST_DUE}) then clock_timestamp() end where id = :scheduleId`;

const lockSchedule = (inner: Sql, scheduleId: string) =>
  inner.row<{ isPaused: boolean }>(
    'select paused_at is not null as "isPaused" from schedules where id = :scheduleId for no key update',
    { scheduleId },
  );

/** An occurrence that is to be started, with what its schedule says. */
export interface DueOccurrence {
  scheduleId: string;
  nominalAt: Date;
  kind: OccurrenceKind;
  overlap: Overlap;
  projectId: string;
  schedule: string;
  flowName: string;
  flowVersion: number | null;
  start: Record<string, unknown>;
  userId: string;
  scopes: string[] | null;
  /** For how long it has been due, ms. */
  dueForMs: number;
}

/**
 * Takes the first occurrence of each schedule that is next: it is this gateway's for a while, and then anybody's again. Who has
 * it does not decide whether it is started twice: `takePlaceOf` does.
 */
export const takeDue = (sql: Statements, limit: number): Promise<DueOccurrence[]> =>
  sql.rows<DueOccurrence & Record<string, unknown>>(TAKE, { limit });

/** A gateway that dies while it starts one leaves it for so long; where there is no room, it is tried again then. */
const TAKEN_FOR = `interval '10 s'`;
const TAKE = `
with moment as materialized (select clock_timestamp() as now),
taken as (
  update schedules set due_at = case when exists (${FIRST_DUE}) then (select now from moment) + ${TAKEN_FOR} end
  where id in (
    select id from schedules where due_at <= (select now from moment) order by due_at limit :limit for no key update skip locked)
  returning *
)
select schedules.id as "scheduleId", first.nominal_at as "nominalAt", first.kind, coalesce(first.overlap, schedules.overlap) as overlap,
  project_id as "projectId", name as schedule, flow_name as "flowName", flow_version as "flowVersion", start, user_id as "userId", scopes,
  (extract(epoch from clock_timestamp() - first.created_at) * 1000)::float8 as "dueForMs"
from taken as schedules cross join lateral (${FIRST_DUE}) as first`;

/** What a run of a schedule is for. */
interface OccurrenceToStart extends Pick<DueOccurrence, 'scheduleId' | 'schedule' | 'projectId' | 'userId'> {
  kind: OccurrenceKind;
  overlap: Overlap;
  /** Left out where a person asks for it now: then it is the first time that is free. */
  nominalAt?: Date;
}

/** An occurrence may have its run if it has none, and no earlier run is in the way. */
export function occurrencePlace(occurrence: OccurrenceToStart): RunPlace {
  const { scheduleId, schedule, kind } = occurrence;
  return {
    take: async (sql, run) => {
      const nominalAt = (await takeOccurrence(sql, occurrence)).toISOString();
      return { ...run, scheduleId, trigger: { schedule, nominalAt, kind } };
    },
    note: async (sql, { id: runId, trigger }) => {
      const { nominalAt } = trigger as { nominalAt: string };
      if (kind === 'manual') return void (await sql.rows(MADE, { scheduleId, nominalAt, runId }));
      await sql.rows(STARTED, { scheduleId, nominalAt, runId });
      await sql.rows(NEXT_IS_DUE, { scheduleId });
    },
  };
}

/** Locks the schedule, and before it its user and its project, as deletions do. @throws PlaceRefused */
async function takeOccurrence(sql: Sql, occurrence: OccurrenceToStart): Promise<Date> {
  const { scheduleId, overlap, nominalAt } = occurrence;
  await lockOwners(sql, occurrence);
  const schedule = await lockSchedule(sql, scheduleId);
  if (!schedule) throw new PlaceRefused('not_due');
  if (!nominalAt) return freeTime(sql, scheduleId);
  if (!(await sql.row(IS_DUE, { scheduleId, nominalAt }))) throw new PlaceRefused('not_due');
  if (schedule.isPaused) throw new PlaceRefused('paused');
  const inTheWay = overlap === 'skip' ? GOES_ON : overlap === 'queue_one' ? WAITS : undefined;
  if (inTheWay && (await sql.row(inTheWay, { scheduleId }))) throw new PlaceRefused('overlap');
  return nominalAt;
}

/** Later than the last one that a person asked for. */
const FREE_TIME = `
select date_trunc('milliseconds', greatest(clock_timestamp(), max(nominal_at) filter (where kind = 'manual')) + interval '1 ms') as "nominalAt"
from (select nominal_at, kind from schedule_occurrences where schedule_id = :scheduleId order by nominal_at desc limit 50) as newest`;

/** A whole second may be a time of the pattern. */
async function freeTime(sql: Sql, scheduleId: string): Promise<Date> {
  const { nominalAt } = (await sql.row<{ nominalAt: Date }>(FREE_TIME, { scheduleId }))!;
  return nominalAt.getMilliseconds() === 0 ? new Date(nominalAt.getTime() + 1) : nominalAt;
}

const IS_DUE = `
select from schedule_occurrences where schedule_id = :scheduleId and nominal_at = :nominalAt and status = 'due'`;
const LIVE = `schedule_id = :scheduleId and status in ('running', 'cancelling')`;
/** One that is parked waits for a person, maybe for days. */
const GOES_ON = `select id from runs where ${LIVE} and parked_until is null limit 1`;
const WAITS = `select id from runs where ${LIVE} and num_nonnulls(owner, cancel_requested_at, parked_until) = 0 limit 1`;

const STARTED = `
update schedule_occurrences set status = 'started', run_id = :runId::uuid, started_at = clock_timestamp()
where schedule_id = :scheduleId and nominal_at = :nominalAt::timestamptz`;
const MADE = `
insert into schedule_occurrences (schedule_id, nominal_at, kind, status, run_id, started_at)
values (:scheduleId, :nominalAt::timestamptz, 'manual', 'started', :runId::uuid, clock_timestamp())`;

/** Why an occurrence is left out for good. `pause`: its schedule is paused by that, if its maker is still this one. */
export interface LeftOut {
  status: Extract<OccurrenceStatus, 'skipped_overlap' | 'skipped_paused' | 'failed_to_start'>;
  reason: string | null;
  pause?: { userId: string };
}

export const leaveOut = (
  sql: Sql,
  { scheduleId, nominalAt, status, reason, pause }: Pick<DueOccurrence, 'scheduleId' | 'nominalAt'> & LeftOut,
): Promise<void> =>
  sql.transaction(async (inner) => {
    if (!(await lockSchedule(inner, scheduleId))) return;
    if (pause) await inner.rows(PAUSE_FOR_RIGHTS, { scheduleId, reason, userId: pause.userId });
    await inner.rows(LEAVE_OUT, { scheduleId, nominalAt, status, reason });
    await inner.rows(NEXT_IS_DUE, { scheduleId });
  });

const LEAVE_OUT = `
update schedule_occurrences set status = :status, reason = :reason
where schedule_id = :scheduleId and nominal_at = :nominalAt and status = 'due'`;
const PAUSE_FOR_RIGHTS = `
update schedules set paused_at = clock_timestamp(), paused_why = 'rights', paused_reason = :reason
where id = :scheduleId and user_id = :userId::uuid and paused_at is null`;
