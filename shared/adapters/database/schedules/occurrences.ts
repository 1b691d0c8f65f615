/*
 * Occurrences of schedules, from when they are due to the run that each has, at most one: it is stored in the transaction that
 * says so, with the schedule locked (I12).
 */
import type { OccurrenceKind, OccurrenceStatus, Overlap } from '#shared/domain/schedule/rules.ts';
import { type Columns, columns } from '../columns.ts';
import type { OccurrenceEntity } from '../entities/schedules.ts';
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

/** Which of these times have had a run, or are about to. */
export const startedAmong = (
  sql: Statements,
  scheduleId: string,
  times: readonly Date[],
): Promise<{ nominalAt: Date }[]> =>
  sql.rows(
    `select nominal_at as "nominalAt" from schedule_occurrences
     where schedule_id = :scheduleId and nominal_at = any(:times::timestamptz[]) and status in ('started', 'due')`,
    { scheduleId, times: times.map((at) => at.toISOString()) },
  );

/** Makes times due that have had no run. */
export const addBackfill = async (
  sql: Statements,
  given: { scheduleId: string; times: readonly Date[]; overlap: Overlap },
): Promise<void> =>
  void (await sql.rows(BACKFILL, { ...given, times: given.times.map((at) => at.toISOString()) }));

const BACKFILL = `
insert into schedule_occurrences (schedule_id, nominal_at, kind, status, overlap)
select :scheduleId::uuid, at, 'backfill', 'due', :overlap from unnest(:times::timestamptz[]) as one (at)
on conflict (schedule_id, nominal_at) do update
set kind = 'backfill', status = 'due', overlap = excluded.overlap, reason = null, not_before = clock_timestamp(), created_at = clock_timestamp()
where schedule_occurrences.status not in ('started', 'due')`;

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
 * Takes the occurrences that are due, of each schedule the first one: it is this gateway's for a while, and then anybody's
 * again. Who has it does not decide whether it is started twice: `takePlaceOf` does.
 */
export const takeDue = (sql: Statements, limit: number): Promise<DueOccurrence[]> =>
  sql.rows<DueOccurrence & Record<string, unknown>>(TAKE, { limit });

/** A gateway that dies while it starts one leaves it for so long. */
const TAKEN_FOR = `interval '10 s'`;
const TAKE = `
with taken as (
  update schedule_occurrences set not_before = clock_timestamp() + ${TAKEN_FOR}
  where (schedule_id, nominal_at) in (
    select schedule_id, nominal_at from schedule_occurrences as head
    where status = 'due' and not_before <= (select clock_timestamp())
      and not exists (select from schedule_occurrences as first
        where first.schedule_id = head.schedule_id and first.nominal_at < head.nominal_at and first.status = 'due')
    order by not_before limit :limit for update skip locked)
    and status = 'due'
  returning schedule_id, nominal_at, kind, overlap, created_at
)
select taken.schedule_id as "scheduleId", taken.nominal_at as "nominalAt", taken.kind, coalesce(taken.overlap, schedules.overlap) as overlap,
  project_id as "projectId", name as schedule, flow_name as "flowName", flow_version as "flowVersion", start, user_id as "userId", scopes,
  (extract(epoch from clock_timestamp() - taken.created_at) * 1000)::float8 as "dueForMs"
from taken join schedules on schedules.id = taken.schedule_id order by taken.nominal_at`;

/** What of a run that is about to be stored decides whether its occurrence may have it. */
export interface OccurrencePlace {
  scheduleId: string;
  projectId: string;
  nominalAt: Date;
  overlap: Overlap;
  /** A person asks for it now: it is made, whether or not the schedule is paused. */
  isManual: boolean;
}

/**
 * Locks the schedule, and says whether the occurrence may have its run: it has none, and no earlier one is in the way. Locks
 * its project first, as a deletion of that does.
 */
export async function takePlaceOf(sql: Sql, place: OccurrencePlace): Promise<'free' | 'not_due' | 'overlap'> {
  const { scheduleId, projectId, nominalAt, overlap, isManual } = place;
  await sql.rows('select from projects where id = :projectId for key share', { projectId });
  if (!(await sql.row('select id from schedules where id = :scheduleId for update', { scheduleId })))
    return 'not_due';
  if (!isManual && !(await sql.row(IS_DUE, { scheduleId, nominalAt }))) return 'not_due';
  const inTheWay = overlap === 'skip' ? GOES_ON : overlap === 'queue_one' ? WAITS : undefined;
  const found = inTheWay && (await sql.row(inTheWay, { scheduleId }));
  return found ? 'overlap' : 'free';
}

const IS_DUE = `
select from schedule_occurrences where schedule_id = :scheduleId and nominal_at = :nominalAt and status = 'due'`;
const LIVE = `schedule_id = :scheduleId and status in ('running', 'cancelling')`;
/** One that is parked waits for a person, maybe for days. */
const GOES_ON = `select id from runs where ${LIVE} and parked_until is null limit 1`;
const WAITS = `select id from runs where ${LIVE} and num_nonnulls(owner, cancel_requested_at, parked_until) = 0 limit 1`;

/** Says which run an occurrence has, in the transaction that stores it. */
export const noteStarted = async (
  sql: Statements,
  { scheduleId, nominalAt, isManual, runId }: OccurrencePlace & { runId: string },
): Promise<void> => void (await sql.rows(isManual ? MADE : STARTED, { scheduleId, nominalAt, runId }));

const STARTED = `
update schedule_occurrences set status = 'started', run_id = :runId::uuid, started_at = clock_timestamp()
where schedule_id = :scheduleId and nominal_at = :nominalAt`;
const MADE = `
insert into schedule_occurrences (schedule_id, nominal_at, kind, status, run_id, started_at)
values (:scheduleId, :nominalAt, 'manual', 'started', :runId::uuid, clock_timestamp())`;

/** Leaves an occurrence out for good, with why. */
export const leaveOut = async (
  sql: Statements,
  given: Pick<DueOccurrence, 'scheduleId' | 'nominalAt'> & {
    status: 'skipped_overlap' | 'failed_to_start';
    reason: string | null;
  },
): Promise<void> =>
  void (await sql.rows(
    `update schedule_occurrences set status = :status, reason = :reason
     where schedule_id = :scheduleId and nominal_at = :nominalAt and status = 'due'`,
    { ...given },
  ));

/** Pauses a schedule whose maker may not start its runs any more. */
export const pauseForRights = async (sql: Statements, scheduleId: string, reason: string): Promise<void> =>
  void (await sql.rows(
    `update schedules set paused_at = clock_timestamp(), paused_why = 'rights', paused_reason = :reason
     where id = :scheduleId and paused_at is null`,
    { scheduleId, reason },
  ));
