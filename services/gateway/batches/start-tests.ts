/*
 * Moves batches on: any gateway takes one that is due, notes how its runs have ended, and starts the tests that are next. The
 * transaction that stores a run says of which attempt it is (I12). A gateway that dies leaves the rest to another.
 */
import { advanceBatch, type TestToStart } from '#shared/adapters/database/batches/advance.ts';
import { attemptPlace, failToStart } from '#shared/adapters/database/batches/attempts.ts';
import { lookAgain, type TakenBatch, takeDueBatches } from '#shared/adapters/database/batches/take.ts';
import { isDatabaseOutOfReach } from '#shared/adapters/database/errors.ts';
import { PlaceRefused } from '#shared/adapters/database/place.ts';
import { AdmissionError } from '#shared/adapters/database/runs/admit.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { ERRORS } from '#shared/api/contract/errors/errors.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { actorOf, RightsGone } from '../access/acting-for.ts';
import { RequestError } from '../http/errors.ts';
import { refusalInWords } from '../http/refusal-in-words.ts';
import type { AcceptFlowDeps } from '../runs/accept-flow.ts';
import { namedStart, startOfKept } from '../runs/named-start.ts';
import { createStartLater } from '../runs/start-later.ts';

interface StartTestsDeps extends AcceptFlowDeps {
  log: Log;
  /** Once it is aborted, nothing more is begun. */
  stopping: AbortSignal;
}

const EVERY_MS = 250;
/** Batches of which runs have ended, and as many that are due; starts of users come over the same connections. */
const AT_ONCE = 1;
/** Batches take turns. */
const TESTS_A_TURN = 5;
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
      await lookAgain(sql, taken, await moveOn(deps, taken, startTest));
    } catch (error) {
      log.warn({ err: error, batchId: taken.id }, 'could not move a batch on; it is tried again');
    }
  };
  /** The project whose turn was last. */
  let after: string | undefined;
  const turn = async () => {
    while (!stopping.aborted) {
      const due = await takeDueBatches(sql, { after, limit: AT_ONCE });
      after = due.at(-1)?.projectId;
      await Promise.all(due.map(move));
      if (due.length === 0) return;
    }
  };
  return startLoop(EVERY_MS, turn, (error) => log.warn({ err: error }, 'could not look for batches'));
}

/** `again`: it failed to start, or another gateway has started it: something else may be next. */
type Start = (test: TestToStart) => Promise<'started' | 'again' | 'later'>;

/** Returns when it is to be looked at again, ms. */
async function moveOn(
  { database: { sql }, stopping }: StartTestsDeps,
  { id }: TakenBatch,
  start: Start,
): Promise<number> {
  const next = await advanceBatch(sql, id, TESTS_A_TURN);
  for (const test of next) {
    if (stopping.aborted) return 0;
    const how = await start(test);
    if (how === 'again') return 0;
    if (how === 'later') return RETRY_MS;
  }
  return next.length === TESTS_A_TURN ? 0 : NEXT_LOOK_MS;
}

/** Starts a test, or says why not. */
function createStartTest(deps: StartTestsDeps): Start {
  const { log } = deps;
  const { sql } = deps.database;
  const startLater = createStartLater(deps);

  const store = async (test: TestToStart) => {
    const { batchId, index, attempt, projectId } = test;
    const actor = await actorOf(sql, test);
    const { body, namedFlow } = await startOfTest(sql, test);
    const origin = { namedFlow, projectId, startedBy: { place: attemptPlace(test) } };
    const about = { batchId, test: index, attempt };
    await startLater({ actor, body, origin, about, message: 'run of a batch' });
  };

  return async (test) => {
    try {
      await store(test);
      return 'started';
    } catch (error) {
      // Another gateway has started it, or the batch was cancelled.
      if (error instanceof PlaceRefused) return 'again';
      const reason = reasonOf(error);
      if (reason === undefined) return 'later';
      const { batchId, index, attempt } = test;
      log.info({ err: error, batchId, test: index, reason }, 'a test of a batch cannot be started');
      await failToStart(sql, { batchId, index, attempt, reason });
      return 'again';
    }
  };
}

interface StartOfTest {
  body: StartBody;
  namedFlow?: FlowReference;
}

/** The start of a test, of its flow in the version that the batch has. */
async function startOfTest(sql: Sql, test: TestToStart): Promise<StartOfTest> {
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
