import type { OccurrenceRow } from '#shared/adapters/database/schedules/occurrences.ts';
import type { LastOccurrence, ScheduleRow } from '#shared/adapters/database/schedules/schedules.ts';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { isTimeZone } from '#shared/domain/schedule/pattern.ts';
import { nextTimes, type ScheduleTiming } from '#shared/domain/schedule/timing.ts';

export const timingOfSchedule = (row: ScheduleRow): ScheduleTiming => ({
  cron: row.cron,
  timezone: row.timezone,
  dst: row.dst,
  startsAt: row.startsAt?.getTime(),
  endsAt: row.endsAt?.getTime(),
});

/** The flow that it starts, as a start names it. */
export const flowStarted = ({
  flowName: name,
  flowVersion: version,
}: Pick<ScheduleRow, 'flowName' | 'flowVersion'>): Schedule['flow'] => ({
  name,
  ...(version !== null && { version }),
});

/** Absent fields are left out, never null. */
export function presentSchedule(row: ScheduleRow): Schedule {
  const { name, version, description, cron, timezone, dst, overlap, windowMs, offsetMs, failures } = row;
  const { startsAt, endsAt, pauseAfterFailures, maker } = row;
  return {
    name,
    version,
    description,
    cron,
    timezone,
    dst,
    overlap,
    windowMs,
    offsetMs,
    failures,
    flow: flowStarted(row),
    start: row.start,
    catchUp: { mode: row.catchUp, withinMs: row.catchUpMs },
    ...(startsAt && { startAt: startsAt.toISOString() }),
    ...(endsAt && { endAt: endsAt.toISOString() }),
    ...(pauseAfterFailures !== null && { pauseAfterFailures }),
    next: nextOf(row),
    last: row.last.map(presentLast),
    ...pauseOf(row),
    ...(maker !== null && { by: maker }),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What was looked at has come. A zone that is known no more has no times. */
const nextOf = (row: ScheduleRow): string[] =>
  row.nextAt === null || !isTimeZone(row.timezone)
    ? []
    : nextTimes(timingOfSchedule(row), row.nextAt.getTime() - 1, LIMIT.next).map((at) =>
        new Date(at).toISOString(),
      );

function pauseOf({
  pausedAt,
  pausedWhy: why,
  pausedReason,
  pausedByEmail,
}: ScheduleRow): Pick<Schedule, 'paused'> {
  if (!pausedAt || why === null) return {};
  return {
    paused: {
      at: pausedAt.toISOString(),
      why,
      ...(pausedReason !== null && { reason: pausedReason }),
      ...(pausedByEmail !== null && { by: pausedByEmail }),
    },
  };
}

const presentLast = ({ nominalAt, startedAt, ...rest }: LastOccurrence): Occurrence =>
  presentOccurrence({
    ...rest,
    nominalAt: new Date(nominalAt),
    startedAt: startedAt === null ? null : new Date(startedAt),
  });

export const presentOccurrence = ({
  nominalAt,
  kind,
  status,
  reason,
  runId,
  startedAt,
  outcome,
}: OccurrenceRow): Occurrence => ({
  nominalAt: nominalAt.toISOString(),
  kind,
  status,
  ...(reason !== null && { reason }),
  ...(runId !== null && { runId }),
  ...(startedAt && { startedAt: startedAt.toISOString() }),
  ...(outcome !== null && { outcome }),
});
