/*
 * The leader's look at the schedules whose time has come: what is due becomes a row, which any gateway starts. A look moves the
 * schedule on whether or not a run begins (I12), by the database's clock. Owns no state.
 */
import { setImmediate as turn } from 'node:timers/promises';
import {
  type DueSchedule,
  findDueSchedules,
  type Look,
  settleOccurrences,
  storeLooks,
} from '#shared/adapters/database/schedules/evaluate.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { lookAtSchedule, type ScheduleFound } from '#shared/domain/schedule/timing.ts';
import type { Log } from '#shared/platform/log/log.ts';

/** So many schedules are read at once, and about so many times stored by one statement. */
const PAGE = 100;
const MOST_STORED = 1_000;
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
    const stored = await lookAtAll(sql, log, due);
    if (due.length < PAGE || stored === 0) return;
  }
}

/** Returns how many looks were stored. */
async function lookAtAll(sql: Statements, log: Pick<Log, 'warn'>, due: DueSchedule[]): Promise<number> {
  let stored = 0;
  let looks: Look[] = [];
  let times = 0;
  for (const schedule of due) {
    const look = lookAtOne(log, schedule);
    looks.push(look);
    times += look.found.length;
    if (times >= MOST_STORED) {
      stored += await storeLooks(sql, looks);
      [looks, times] = [[], 0];
    }
    // A schedule that was not looked at for days takes a while: sweeps and the leadership are of this process, too (I14).
    if (look.found.length > 1) await turn();
  }
  return looks.length > 0 ? stored + (await storeLooks(sql, looks)) : stored;
}

/** One that cannot be looked at, such as by a zone that is known no more, stops no other: it is tried again later. */
function lookAtOne(log: Pick<Log, 'warn'>, schedule: DueSchedule): Look {
  const { id, evaluatedTo, until, startsAt, endsAt, catchUp, catchUpMs } = schedule;
  const timing = { ...schedule, startsAt: startsAt?.getTime(), endsAt: endsAt?.getTime() };
  const look = { after: Date.parse(evaluatedTo), until: until.getTime(), catchUp, catchUpMs };
  try {
    const { found, next } = lookAtSchedule(timing, look);
    const nextAt = next === undefined ? null : new Date(next);
    return { id, evaluatedTo, until, nextAt, found: found.map(asStored) };
  } catch (error) {
    log.warn(
      { err: error, scheduleId: id },
      'could not look whether this schedule is due; it is tried in an hour',
    );
    return { id, evaluatedTo, until: null, nextAt: new Date(look.until + AGAIN_MS), found: [] };
  }
}

const asStored = ({ at, missed, kind, status }: ScheduleFound): Look['found'][number] => ({
  nominalAt: new Date(at),
  kind,
  status,
  reason: missed === undefined ? null : `missed, ${missed === 1 ? 'alone' : `the last of ${missed}`}`,
});

/** Notes how runs of schedules ended. */
export async function settleSchedules(sql: Statements, mayGoOn: () => boolean): Promise<void> {
  while (mayGoOn() && (await settleOccurrences(sql)));
}
