import { putSchedule } from '#shared/adapters/database/schedules/schedules.ts';
import type { Person, TestGateway } from '../fixture.ts';

interface AddedSchedule {
  /** The named flow. */
  flow: string;
  name?: string;
  /** What its runs are started with. */
  start?: Record<string, unknown>;
}

const HOUR_MS = 3_600_000;

/** A schedule of the project that is due each night, and not within an hour; its name. */
export async function addSchedule(
  { sql }: Pick<TestGateway, 'sql'>,
  { projectId, userId }: Pick<Person, 'projectId' | 'userId'>,
  { flow, name = 'nightly', start = {} }: AddedSchedule,
): Promise<string> {
  const from = new Date();
  const nextAt = new Date(from.getTime() + HOUR_MS);
  const pattern = {
    cron: '30 2 * * *',
    timezone: 'Europe/Berlin',
    dst: 'after_gap',
    overlap: 'skip',
  } as const;
  const times = { windowMs: 0, startsAt: null, endsAt: null, pauseAfterFailures: null, from, nextAt };
  const made = await putSchedule(sql, {
    ...pattern,
    ...times,
    projectId,
    userId,
    name,
    start,
    description: '',
    flowName: flow,
    flowVersion: null,
    catchUp: 'last',
    catchUpMs: HOUR_MS,
    scopes: null,
    offsetOf: () => 0,
    expected: undefined,
    most: 1_000,
  });
  if (typeof made === 'string') throw new Error(made);
  return name;
}

/** Two times of the schedule that have come: a run of the first one has passed, and the second one was left out. */
export const addOccurrences = async (
  { sql }: Pick<TestGateway, 'sql'>,
  { projectId }: Pick<Person, 'projectId'>,
  name: string,
): Promise<void> =>
  void (await sql.rows(
    `insert into schedule_occurrences (schedule_id, nominal_at, kind, status, run_id, started_at, outcome)
     select id, one.at, 'cron', one.status, one.run_id, one.started_at, one.outcome
     from schedules, (values
       (clock_timestamp() - interval '1 day', 'started', gen_random_uuid(), clock_timestamp(), 'pass'),
       (clock_timestamp(), 'skipped_overlap', null, null, null)
     ) as one (at, status, run_id, started_at, outcome)
     where project_id = :projectId and name = :name`,
    { projectId, name },
  ));
