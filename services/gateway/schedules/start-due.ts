/*
 * Starts what schedules have due: any gateway takes an occurrence, and the transaction that stores its run says so (I12). One
 * that dies leaves it to the next. It acts for the maker of the schedule, with the rights of now.
 */
import { isRefusal } from '#shared/adapters/database/errors.ts';
import { PlaceRefused } from '#shared/adapters/database/place.ts';
import { AdmissionError } from '#shared/adapters/database/runs/admit.ts';
import {
  type DueOccurrence,
  type LeftOut,
  leaveOut,
  takeDue,
} from '#shared/adapters/database/schedules/occurrences.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { actorOf, RightsGone } from '../access/acting-for.ts';
import { RequestError } from '../http/errors.ts';
import { refusalInWords } from '../http/refusal-in-words.ts';
import type { AcceptFlowDeps } from '../runs/accept-flow.ts';
import { createStartLater } from '../runs/start-later.ts';
import { scheduledStart } from './check-schedule.ts';
import { flowStarted } from './present.ts';
import { startedBySchedule } from './started-by.ts';

interface StartDueDeps extends AcceptFlowDeps {
  log: Log;
  /** Once it is aborted, nothing more is begun. */
  stopping: AbortSignal;
}

const EVERY_MS = 500;
/** Starts of users come over the same connections. */
const AT_ONCE = 2;
/** An occurrence for which there is no room, or that cannot be started, is given up after so long. */
const PATIENCE_MS = 600_000;

/** Looks again and again, until it is closed. */
export function startDueSchedules(deps: StartDueDeps): Loop {
  const { stopping, log } = deps;
  const startOne = createStartOccurrence(deps);
  const turn = async () => {
    while (!stopping.aborted) {
      const due = await takeDue(deps.database.sql, AT_ONCE);
      await Promise.all(due.map(startOne));
      if (due.length === 0) return;
    }
  };
  return startLoop(EVERY_MS, turn, (error) =>
    log.warn({ err: error }, 'could not look for what schedules have due'),
  );
}

/** Starts one, or says why not. Never rejects: one that fails is tried again, and holds up no other. */
function createStartOccurrence(deps: StartDueDeps): (due: DueOccurrence) => Promise<void> {
  const { log } = deps;
  const { sql } = deps.database;
  const startLater = createStartLater(deps);

  const start = async (due: DueOccurrence) => {
    const { projectId, start: given, schedule, nominalAt } = due;
    const actor = await actorOf(sql, due);
    const asked = { projectId, flow: flowStarted(due), given, language: 'en' as const };
    const { body, namedFlow } = await scheduledStart(sql, asked);
    const origin = { namedFlow, projectId, startedBy: startedBySchedule(due) };
    await startLater({ actor, body, origin, about: { schedule, nominalAt }, message: 'scheduled run' });
  };

  return async (due) => {
    const { schedule, nominalAt } = due;
    try {
      await start(due).catch((error: unknown) => refused(deps, due, error));
    } catch (error) {
      log.warn(
        { err: error, schedule, nominalAt },
        'could not start what a schedule has due; it is tried again',
      );
    }
  };
}

/** @throws what it was refused with, if it is to be tried again */
async function refused(
  { database: { sql }, log }: StartDueDeps,
  due: DueOccurrence,
  error: unknown,
): Promise<void> {
  const { scheduleId, nominalAt, schedule } = due;
  const left = leftOutFor(error, due);
  if (left === undefined) throw error;
  if (left === 'left') return;
  log.info(
    { schedule, nominalAt, status: left.status, reason: left.reason },
    'an occurrence of a schedule is left out',
  );
  await leaveOut(sql, { scheduleId, nominalAt, ...left });
}

/** `left`: another gateway has it, or it is tried again soon. Undefined: the same, and it is not known why. */
function leftOutFor(error: unknown, { userId, dueForMs }: DueOccurrence): LeftOut | 'left' | undefined {
  if (error instanceof PlaceRefused) return REFUSED[error.why];
  if (error instanceof RightsGone)
    return { status: 'failed_to_start', reason: error.message, pause: { userId } };
  if (error instanceof RequestError) return { status: 'failed_to_start', reason: refusalInWords(error) };
  const isFull = error instanceof AdmissionError;
  if (isRefusal(error) || dueForMs >= PATIENCE_MS)
    return { status: 'failed_to_start', reason: ERRORS[isFull ? error.code : 'internal'].text };
  return isFull ? 'left' : undefined;
}

const REFUSED: Record<PlaceRefused['why'], LeftOut | 'left'> = {
  not_due: 'left',
  overlap: { status: 'skipped_overlap', reason: null },
  paused: { status: 'skipped_paused', reason: null },
};
