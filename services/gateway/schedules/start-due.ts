/*
 * Starts what schedules have due: any gateway takes an occurrence, and the transaction that stores its run says so (I12). One
 * that dies leaves it to the next. It acts for the maker of the schedule, with the rights of now.
 */
import { findUser } from '#shared/adapters/database/accounts/actors.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { AdmissionError, OccurrenceRefused } from '#shared/adapters/database/runs/admit.ts';
import {
  type DueOccurrence,
  leaveOut,
  pauseForRights,
  takeDue,
} from '#shared/adapters/database/schedules/occurrences.ts';
import type { KeyScope } from '#shared/api/contract/accounts/roles.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { startableProject } from '../access/find-project.ts';
import type { Actor } from '../access/policy.ts';
import { RequestError } from '../http/errors.ts';
import type { AcceptFlowDeps } from '../runs/accept-flow.ts';
import { createStoreFlow } from '../runs/store-flow.ts';
import { scheduledStart } from './check-schedule.ts';

interface StartDueDeps extends AcceptFlowDeps {
  log: Log;
}

const EVERY_MS = 500;
const AT_ONCE = 10;
/** An occurrence for which there is no room is given up after so long. */
const PATIENCE_MS = 600_000;

/** Looks again and again, until it is closed. */
export function startDueSchedules(deps: StartDueDeps): Loop {
  const startOne = createStartOccurrence(deps);
  const { sql } = deps.database;
  const turn = async () => {
    for (;;) {
      const due = await takeDue(sql, AT_ONCE);
      for (const one of due) await startOne(one);
      if (due.length === 0) return;
    }
  };
  return startLoop(EVERY_MS, turn, (error) =>
    deps.log.warn({ err: error }, 'could not start what schedules have due'),
  );
}

/** Starts one, or says why not. Rejects if it has to be tried again. */
function createStartOccurrence(deps: StartDueDeps): (due: DueOccurrence) => Promise<void> {
  const { notifyRunQueued, cancelDelivery, log } = deps;
  const { sql } = deps.database;
  const storeFlow = createStoreFlow(deps);

  const start = async (due: DueOccurrence) => {
    const { projectId, flowName, flowVersion, start: given } = due;
    const actor = await actorOf(deps, due);
    const flow = { name: flowName, ...(flowVersion !== null && { version: flowVersion }) };
    const { body, namedFlow } = await scheduledStart(sql, { projectId, flow, given, language: 'en' });
    const starting = { actor, language: 'en' as const, idempotency: undefined, traceparent: undefined };
    const origin = { namedFlow, projectId, scheduled: due };
    const stored = await storeFlow({ ...starting, elapsedMs: () => 0 }, body, origin);
    METRICS.accepted.add({});
    log.info(
      { ...runFields({ runId: stored.runId }), schedule: due.schedule, nominalAt: due.nominalAt },
      'scheduled run',
    );
    cancelDelivery.later(stored.superseded);
    await notifyRunQueued(stored.runnerLabels, undefined);
  };

  return async (due) => {
    try {
      await start(due);
    } catch (error) {
      await refused(deps, due, error);
    }
  };
}

/** The maker of the schedule, with no more rights than it was made with. @throws RightsGone */
async function actorOf({ database: { sql } }: StartDueDeps, due: DueOccurrence): Promise<Actor> {
  const user = await findUser(sql, due.userId);
  if (!user) throw new RightsGone('its maker was deleted');
  const { id: userId, email, role } = user;
  const actor: Actor = { userId, email, role, scopes: (due.scopes as KeyScope[] | null) ?? 'all' };
  await startableProject(sql, actor, due.projectId).catch((error: unknown) => {
    if (!(error instanceof RequestError)) throw error;
    throw new RightsGone(`${email} may not start runs in this project any more`);
  });
  return actor;
}

class RightsGone extends Error {}

async function refused(
  { database: { sql }, log }: StartDueDeps,
  due: DueOccurrence,
  error: unknown,
): Promise<void> {
  const { scheduleId, nominalAt, schedule } = due;
  const outcome = outcomeOfRefusal(error, due.dueForMs);
  if (outcome === undefined) throw error;
  if (outcome === 'left') return;
  log.info({ schedule, nominalAt, ...outcome }, 'an occurrence of a schedule is left out');
  if (error instanceof RightsGone) await pauseForRights(sql, scheduleId, error.message);
  await leaveOut(sql, { scheduleId, nominalAt, ...outcome });
}

interface LeftOut {
  status: 'skipped_overlap' | 'failed_to_start';
  reason: string | null;
}

/** `left`: another gateway has it, or it is tried again soon. Undefined: it is not known what came of it. */
function outcomeOfRefusal(error: unknown, dueForMs: number): LeftOut | 'left' | undefined {
  if (error instanceof OccurrenceRefused)
    return error.why === 'overlap' ? { status: 'skipped_overlap', reason: null } : 'left';
  if (error instanceof RightsGone) return { status: 'failed_to_start', reason: error.message };
  if (error instanceof DatabaseUnavailableError) return undefined;
  if (error instanceof AdmissionError) {
    if (dueForMs < PATIENCE_MS) return 'left';
    return { status: 'failed_to_start', reason: ERRORS[error.code].text };
  }
  return error instanceof RequestError ? { status: 'failed_to_start', reason: inWords(error) } : undefined;
}

/** What is wrong, and where. */
function inWords({ code, details }: RequestError): string {
  const issues = (details?.issues ?? []).map(({ path, message }) => `${path} ${message}`.trim());
  return [ERRORS[code].text, ...issues].join('; ').slice(0, 1_000);
}
