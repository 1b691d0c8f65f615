/*
 * The schedules of projects, for who reads and changes them. Times are the database's. Which of its times were looked at is
 * kept with the schedule, and moves with each look (`evaluate.ts`); no row is kept for a time to come.
 */
import { randomUUID } from 'node:crypto';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import type { OccurrenceKind, OccurrenceStatus } from '#shared/domain/schedule/rules.ts';
import { reaches } from '../accounts/account-limits.ts';
import { type Columns, columns } from '../columns.ts';
import type { ScheduleEntity } from '../entities/schedules.ts';
import { toJsonb } from '../json.ts';
import type { Sql, Statements } from '../sql.ts';

const SHOWN = [
  ...(['id', 'projectId', 'name', 'version', 'description', 'cron', 'timezone', 'dst'] as const),
  ...(['flowName', 'flowVersion', 'start', 'overlap', 'catchUp', 'startsAt', 'endsAt'] as const),
  ...(['pauseAfterFailures', 'userId', 'scopes', 'evaluatedTo', 'nextAt', 'failures'] as const),
  ...(['pausedAt', 'pausedWhy', 'pausedReason', 'createdAt', 'updatedAt'] as const),
] as const;

/** Times inside are texts. */
export interface LastOccurrence {
  nominalAt: string;
  kind: OccurrenceKind;
  status: OccurrenceStatus;
  reason: string | null;
  runId: string | null;
  startedAt: string | null;
  outcome: Outcome | null;
}

/** A schedule as it is shown. */
export interface ScheduleRow extends Columns<typeof ScheduleEntity, (typeof SHOWN)[number]> {
  catchUpMs: number;
  windowMs: number;
  offsetMs: number;
  /** E-mails; null once that user is deleted. */
  maker: string | null;
  pausedByEmail: string | null;
  /** Newest first. */
  last: LastOccurrence[];
}

const EMAIL_OF = (user: string) =>
  `(select email from users where users.id = ${user} and deleted_at is null)`;
const BIG = (column: string, name: string) => `schedules.${column}::float8 as "${name}"`;
const OWN_COLUMNS = `${columns<typeof ScheduleEntity>(SHOWN, 'schedules')}, ${BIG('catch_up_ms', 'catchUpMs')},
  ${BIG('window_ms', 'windowMs')}, ${BIG('offset_ms', 'offsetMs')}`;

const COLUMNS = `${OWN_COLUMNS}, ${EMAIL_OF('schedules.user_id')} as maker, ${EMAIL_OF('schedules.paused_by')} as "pausedByEmail",
  coalesce((
    select json_agg(json_build_object('nominalAt', nominal_at, 'kind', kind, 'status', status, 'reason', reason, 'runId', run_id,
      'startedAt', started_at, 'outcome', outcome) order by nominal_at desc)
    from (select * from schedule_occurrences where schedule_id = schedules.id order by nominal_at desc limit 50) as newest
  ), '[]') as last`;

export interface ScheduleName {
  projectId: string;
  name: string;
}

/** Ordered by name. */
export const listSchedules = (
  sql: Statements,
  { after = '', ...wanted }: { projectId: string; after?: string | undefined; limit: number },
): Promise<ScheduleRow[]> =>
  sql.rows<ScheduleRow>(
    `select ${COLUMNS} from schedules where project_id = :projectId and name > :after order by name limit :limit`,
    { ...wanted, after },
  );

export const findSchedule = (sql: Statements, place: ScheduleName): Promise<ScheduleRow | undefined> =>
  sql.row<ScheduleRow>(`select ${COLUMNS} from schedules where project_id = :projectId and name = :name`, {
    ...place,
  });

/** Whether a schedule starts the newest version of this flow with a login of its own. */
export const isStartedLoggedIn = async (
  sql: Statements,
  { projectId, name }: ScheduleName,
): Promise<boolean> =>
  (await sql.row(
    `select from schedules where project_id = :projectId and flow_name = :name and flow_version is null and start -> 'profile' is not null limit 1`,
    { projectId, name },
  )) !== undefined;

/** The time that counts: the database's. */
export const readClock = async (sql: Statements): Promise<Date> =>
  (await sql.row<{ now: Date }>('select clock_timestamp() as now'))!.now;

type Settings = Pick<
  ScheduleRow,
  | (
      | 'description'
      | 'cron'
      | 'timezone'
      | 'dst'
      | 'flowName'
      | 'flowVersion'
      | 'start'
      | 'overlap'
      | 'catchUp'
    )
  | ('catchUpMs' | 'windowMs' | 'startsAt' | 'endsAt' | 'pauseAfterFailures' | 'userId' | 'scopes')
>;

/** The next time of a schedule, if it is looked at from `from` on. */
interface NextTime {
  from: Date;
  nextAt: Date | null;
}

export interface SchedulePut extends ScheduleName, Settings, NextTime {
  /** How much later than its pattern says it starts, by its id, ms. */
  offsetOf: (id: string) => number;
  /** The version that it has to have; 0: there has to be none. */
  expected: number | undefined;
  /** How many the project may have. */
  most: number;
}

/**
 * Makes a schedule, or gives one other settings: if it is due at other times then, it is looked at from now on. One that was
 * paused for the rights of its maker goes on for the new one.
 */
export const putSchedule = (
  sql: Sql,
  { offsetOf, expected, most, ...given }: SchedulePut,
): Promise<ScheduleRow | 'version_mismatch' | 'too_many_schedules' | 'not_found'> =>
  sql.transaction(async (inner) => {
    const { projectId, name } = given;
    const values = { ...given, start: toJsonb(given.start) };
    if (!(await inner.row('select id from projects where id = :projectId for no key update', { projectId })))
      return 'not_found';
    const before = await inner.row<{ id: string; version: number }>(
      'select id, version from schedules where project_id = :projectId and name = :name for update',
      { projectId, name },
    );
    if (expected !== undefined && expected !== (before?.version ?? 0)) return 'version_mismatch';
    const id = before?.id ?? randomUUID();
    const offset = { id, offsetMs: offsetOf(id) };
    const { projectId: _, name: __, ...changed } = values;
    const put = before
      ? await inner.row(UPDATE, { ...changed, ...offset })
      : await inner.row(INSERT, { ...values, ...offset, most });
    return put ? (await findSchedule(inner, { projectId, name }))! : 'too_many_schedules';
  });

const WAKES = `:nextAt::timestamptz + :offsetMs::float8 * interval '1 ms'`;
const INSERT = `
insert into schedules (id, project_id, name, description, cron, timezone, dst, flow_name, flow_version, start, overlap, catch_up, catch_up_ms,
  window_ms, offset_ms, starts_at, ends_at, pause_after_failures, user_id, scopes, evaluated_to, next_at, wakes_at)
select :id::uuid, :projectId::uuid, :name, :description, :cron, :timezone, :dst, :flowName, :flowVersion::int, :start::json, :overlap, :catchUp, :catchUpMs::float8::bigint,
  :windowMs::float8::bigint, :offsetMs::float8::bigint, :startsAt::timestamptz, :endsAt::timestamptz, :pauseAfterFailures::int, :userId::uuid, :scopes::text[], :from::timestamptz, :nextAt::timestamptz, ${WAKES}
where not ${reaches('schedules where project_id = :projectId', ':most')}
returning id`;
const IS_TIMED_AS_BEFORE = `(cron, timezone, dst, starts_at, ends_at, window_ms) is not distinct from
    (:cron, :timezone, :dst, :startsAt::timestamptz, :endsAt::timestamptz, :windowMs::float8::bigint)`;
const UPDATE = `
update schedules set version = version + 1, description = :description, cron = :cron, timezone = :timezone, dst = :dst,
  flow_name = :flowName, flow_version = :flowVersion::int, start = :start::json, overlap = :overlap, catch_up = :catchUp,
  catch_up_ms = :catchUpMs::float8::bigint, window_ms = :windowMs::float8::bigint, offset_ms = :offsetMs::float8::bigint, starts_at = :startsAt::timestamptz,
  ends_at = :endsAt::timestamptz, pause_after_failures = :pauseAfterFailures::int, user_id = :userId::uuid, scopes = :scopes::text[], updated_at = clock_timestamp(),
  evaluated_to = case when ${IS_TIMED_AS_BEFORE} then evaluated_to else greatest(evaluated_to, :from::timestamptz) end,
  next_at = case when ${IS_TIMED_AS_BEFORE} then next_at else :nextAt::timestamptz end,
  wakes_at = case when ${IS_TIMED_AS_BEFORE} then wakes_at else ${WAKES} end,
  ${['paused_at', 'paused_reason', 'paused_why'].map((column) => `${column} = case when paused_why = 'rights' then null else ${column} end`).join(', ')}
where id = :id returning id`;

export const deleteSchedule = async (sql: Statements, place: ScheduleName): Promise<boolean> =>
  (await sql.row('delete from schedules where project_id = :projectId and name = :name returning id', {
    ...place,
  })) !== undefined;

/** One that is paused stays so, as it was. Its occurrences that have not begun are left out. */
export const storeSchedulePause = async (
  sql: Sql,
  { reason, userId, ...place }: ScheduleName & { reason: string | undefined; userId: string },
): Promise<ScheduleRow | undefined> =>
  sql.transaction(async (inner) => {
    await inner.rows(PAUSE, { ...place, reason: reason ?? null, userId });
    await inner.rows(LEAVE_OUT_DUE, { ...place });
    return findSchedule(inner, place);
  });

const PAUSE = `
update schedules set paused_at = clock_timestamp(), paused_why = 'user', paused_reason = :reason, paused_by = :userId::uuid, due_at = null
where project_id = :projectId and name = :name and paused_at is null`;
/** A statement of its own, which sees what a look has stored that the first one waited for. */
const LEAVE_OUT_DUE = `
update schedule_occurrences set status = 'skipped_paused'
where schedule_id = (select id from schedules where project_id = :projectId and name = :name and paused_at is not null) and status = 'due'`;

/** Its failures are forgotten: it would be paused again by the next one. Times of the pause count as looked at. */
export const storeScheduleResume = async (sql: Sql, place: ScheduleName): Promise<ScheduleRow | undefined> =>
  sql.transaction(async (inner) => {
    await inner.rows(RESUME, { ...place });
    return findSchedule(inner, place);
  });

const RESUME = `
update schedules set paused_at = null, paused_why = null, paused_reason = null, paused_by = null, failures = 0,
  evaluated_to = greatest(evaluated_to, clock_timestamp() - offset_ms * interval '1 ms')
where project_id = :projectId and name = :name and paused_at is not null`;
