/*
 * The leader's look at the schedules whose time has come: what is due becomes a row, which any gateway starts. A look moves the
 * schedule on whether or not a run begins (I12), by the database's clock. Owns no state.
 */
import {
  type DueSchedule,
  findDueSchedules,
  type Look,
  settleOccurrences,
  storeLooks,
} from '#shared/adapters/database/schedules/evaluate.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { lookAtSchedule } from '#shared/domain/schedule/timing.ts';
import type { Log } from '#shared/platform/log/log.ts';

/** So many schedules are read at once. */
const PAGE = 100;
/** Pages of one turn, so that it ends. */
const MOST_PAGES = 100;
const AGAIN_MS = 3_600_000;

/** One turn: all that is due, oldest first. */
export async function lookAtSchedules(
  sql: Statements,
  log: Pick<Log, 'warn'>,
  mayGoOn: () => boolean,
): Promise<void> {
  for (let page = 0; page < MOST_PAGES && mayGoOn(); page += 1) {
    const due = await findDueSchedules(sql, PAGE);
    if (due.length === 0) return;
    const stored = await storeLooks(
      sql,
      due.map((schedule) => lookAtOne(log, schedule)),
    );
    if (due.length < PAGE || stored === 0) return;
  }
}

/** One that cannot be looked at, such as by a zone that is known no more, stops no other: it is tried again later. */
function lookAtOne(log: Pick<Log, 'warn'>, schedule: DueSchedule): Look {
  const { id, evaluatedTo, until, startsAt, endsAt, catchUp, catchUpMs } = schedule;
  const timing = { ...schedule, startsAt: startsAt?.getTime(), endsAt: endsAt?.getTime() };
  const look = { after: Date.parse(evaluatedTo), until: until.getTime(), catchUp, catchUpMs };
  try {
    const { found, next } = lookAtSchedule(timing, look);
    return {
      id,
      evaluatedTo,
      until,
      nextAt: next === undefined ? null : new Date(next),
      found: found.map(({ at, ...one }) => ({ ...one, nominalAt: new Date(at) })),
    };
  } catch (error) {
    log.warn(
      { err: error, scheduleId: id },
      'could not look whether this schedule is due; it is tried in an hour',
    );
    return {
      id,
      evaluatedTo,
      until: new Date(look.after),
      nextAt: new Date(look.until + AGAIN_MS),
      found: [],
    };
  }
}

/** Notes how runs of schedules ended. */
export async function settleSchedules(sql: Statements, mayGoOn: () => boolean): Promise<void> {
  while (mayGoOn() && (await settleOccurrences(sql)));
}
