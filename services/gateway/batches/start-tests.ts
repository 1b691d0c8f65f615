/*
 * Moves batches on: any gateway takes one that is due, notes how its runs have ended, and starts the tests that are next. The
 * transaction that stores a run says of which attempt it is (I12). A gateway that dies leaves the rest to another.
 */
import {
  advanceBatch,
  lookAgain,
  type TakenBatch,
  type TestToStart,
  takeDueBatches,
} from '#shared/adapters/database/batches/advance.ts';
import { attemptPlace, failToStart } from '#shared/adapters/database/batches/attempts.ts';
import { isDatabaseOutOfReach } from '#shared/adapters/database/errors.ts';
import { PlaceRefused } from '#shared/adapters/database/place.ts';
import { AdmissionError } from '#shared/adapters/database/runs/admit.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { actorOf, RightsGone } from '../access/acting-for.ts';
import { RequestError } from '../http/errors.ts';
import { refusalInWords } from '../http/refusal-in-words.ts';
import type { AcceptFlowDeps } from '../runs/accept-flow.ts';
import { namedStart, startOfKept } from '../runs/named-start.ts';
import { createStoreFlow } from '../runs/store-flow.ts';

interface StartTestsDeps extends AcceptFlowDeps {
  log: Log;
  /** Once it is aborted, nothing more is begun. */
  stopping: AbortSignal;
}

const EVERY_MS = 250;
/** Batches take turns; starts of users come over the same connections. */
const AT_ONCE = 2;
const TESTS_A_TURN = 10;
/** Ends of its runs are seen before. */
const NEXT_LOOK_MS = 30_000;
/** There is no room in the queue, or the database cannot be reached. */
const RETRY_MS = 2_000;

/** Looks again and again, until it is closed. */
export function startBatches(deps: StartTestsDeps): Loop {
  const { stopping, log } = deps;
  const { sql } = deps.database;
  const startTest = createStartTest(deps);
  const move = async (taken: TakenBatch) => {
    try {
      await lookAgain(sql, taken, await moveOn(sql, taken, startTest));
    } catch (error) {
      log.warn({ err: error, batchId: taken.id }, 'could not move a batch on; it is tried again');
    }
  };
  const turn = async () => {
    while (!stopping.aborted) {
      const due = await takeDueBatches(sql, AT_ONCE);
      await Promise.all(due.map(move));
      if (due.length === 0) return;
    }
  };
  return startLoop(EVERY_MS, turn, (error) => log.warn({ err: error }, 'could not look for batches'));
}

type Start = (test: TestToStart) => Promise<'started' | 'failed' | 'later'>;

/** Returns when it is to be looked at again, ms. */
async function moveOn(sql: Sql, { id }: TakenBatch, start: Start): Promise<number> {
  const next = await advanceBatch(sql, id, TESTS_A_TURN);
  let hasFailed = false;
  for (const test of next) {
    const how = await start(test);
    if (how === 'later') return RETRY_MS;
    hasFailed ||= how === 'failed';
  }
  return hasFailed || next.length === TESTS_A_TURN ? 0 : NEXT_LOOK_MS;
}

/** Starts a test, or says why not. */
function createStartTest(deps: StartTestsDeps): Start {
  const { notifyRunQueued, cancelDelivery, log } = deps;
  const { sql } = deps.database;
  const storeFlow = createStoreFlow(deps);

  const store = async (test: TestToStart) => {
    const actor = await actorOf(sql, test);
    const { body, namedFlow } = await startOfTest(sql, test);
    const starting = { actor, language: 'en' as const, idempotency: undefined, traceparent: undefined };
    const origin = { namedFlow, projectId: test.projectId, startedBy: { place: attemptPlace(test) } };
    const stored = await storeFlow({ ...starting, elapsedMs: () => 0 }, body, origin);
    METRICS.accepted.add({});
    const { batchId, index, attempt } = test;
    log.info({ ...runFields({ runId: stored.runId }), batchId, test: index, attempt }, 'run of a batch');
    cancelDelivery.later(stored.superseded);
    await notifyRunQueued(stored.runnerLabels, undefined).catch((error: unknown) =>
      log.warn({ err: error }, 'runners could not be notified of a run'),
    );
  };

  return async (test) => {
    try {
      await store(test);
      return 'started';
    } catch (error) {
      // Another gateway has started it, or the batch was cancelled.
      if (error instanceof PlaceRefused) return 'started';
      const reason = reasonOf(error);
      if (reason === undefined) return 'later';
      const { batchId, index, attempt } = test;
      log.info({ err: error, batchId, test: index, reason }, 'a test of a batch cannot be started');
      await failToStart(sql, { batchId, index, attempt, reason });
      return 'failed';
    }
  };
}

/** The start of a test, of its flow in the version that the batch has. */
async function startOfTest(
  sql: Sql,
  test: TestToStart,
): Promise<
  Pick<Awaited<ReturnType<typeof namedStart>>, 'body'> & Partial<Awaited<ReturnType<typeof namedStart>>>
> {
  const { projectId, test: name, labels, inputs, flowName, flowVersion, body } = test;
  const given = { ...test.start, project: projectId, name, labels, ...(inputs && { inputs }) };
  if (body) return { body: startOfKept(body, given, 'en') };
  const flow = { name: flowName, ...(flowVersion !== null && { version: flowVersion }) };
  return namedStart(sql, { projectId, flow, given, language: 'en' });
}

/** Why a test can never be started, in words. Undefined: it may be later. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof RightsGone) return error.message;
  if (error instanceof RequestError) return refusalInWords(error);
  if (error instanceof AdmissionError || isDatabaseOutOfReach(error)) return undefined;
  return ERRORS.internal.text;
}
