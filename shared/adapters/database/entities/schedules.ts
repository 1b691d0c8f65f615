import { defineEntity, p } from '@mikro-orm/core';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import {
  CATCH_UP_MODES,
  DST_RULES,
  OCCURRENCE_KINDS,
  OCCURRENCE_STATUSES,
  OVERLAPS,
  SCHEDULE_PAUSES,
} from '#shared/domain/schedule/rules.ts';

/** A named flow that is started at times. */
export const ScheduleEntity = defineEntity({
  name: 'Schedule',
  tableName: 'schedules',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    name: p.text(),
    /** Counts its changes. */
    version: p.integer(),
    description: p.text(),
    cron: p.text(),
    timezone: p.text(),
    dst: p.enum(DST_RULES),
    flowName: p.text(),
    flowVersion: p.integer().nullable(),
    /** What its runs are started with, as it was posted. */
    start: p.json<Record<string, unknown>>(),
    overlap: p.enum(OVERLAPS),
    catchUp: p.enum(CATCH_UP_MODES),
    catchUpMs: p.bigint('number'),
    windowMs: p.bigint('number'),
    /** How much later than its pattern says it starts, ms. */
    offsetMs: p.bigint('number'),
    startsAt: p.datetime().nullable(),
    endsAt: p.datetime().nullable(),
    pauseAfterFailures: p.integer().nullable(),
    /** Whose its runs are, and the scopes of the key that it was made with. */
    userId: p.uuid(),
    scopes: p.array<string>().nullable(),
    evaluatedTo: p.datetime(),
    nextAt: p.datetime().nullable(),
    wakesAt: p.datetime().nullable(),
    /** When the first of what is due may be started; null: nothing is. */
    dueAt: p.datetime().nullable(),
    /** So many runs in a row have failed. */
    failures: p.integer(),
    pausedAt: p.datetime().nullable(),
    pausedWhy: p.enum(SCHEDULE_PAUSES).nullable(),
    pausedReason: p.text().nullable(),
    pausedBy: p.uuid().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** A time of a schedule that has come. */
export const OccurrenceEntity = defineEntity({
  name: 'Occurrence',
  tableName: 'schedule_occurrences',
  properties: {
    scheduleId: p.uuid().primary(),
    nominalAt: p.datetime().primary(),
    kind: p.enum(OCCURRENCE_KINDS),
    status: p.enum(OCCURRENCE_STATUSES),
    /** Set where it is another than that of the schedule. */
    overlap: p.enum(OVERLAPS).nullable(),
    reason: p.text().nullable(),
    runId: p.uuid().nullable(),
    outcome: p.enum(OUTCOMES).nullable(),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
  },
});

/** A run of a schedule that has ended, until that is noted. */
export const ScheduleEndEntity = defineEntity({
  name: 'ScheduleEnd',
  tableName: 'schedule_ends',
  properties: {
    seq: p.bigint('number').primary(),
    scheduleId: p.uuid(),
    runId: p.uuid(),
    nominalAt: p.datetime(),
    outcome: p.enum(OUTCOMES),
  },
});
