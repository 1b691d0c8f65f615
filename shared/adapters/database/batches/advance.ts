/*
 * Moves a batch on: notes how runs have ended, says which tests are next, and the last word. Each change is made with the batch
 * locked, and numbered for those that watch it. Commits of runs never wait for it: they leave their ends in a table.
 */
import {
  batchVerdict,
  isBatchFinal,
  isTestFinal,
  statusAfter,
  type TestStatus,
} from '#shared/domain/batch/rules.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import type { Sql, Statements } from '../sql.ts';
import { type LockedBatch, lockBatch } from './lock.ts';
import { countsOf } from './read.ts';

/** A test that may be started, with what its batch says. */
export interface TestToStart {
  batchId: string;
  index: number;
  /** Counts from 1. */
  attempt: number;
  test: string;
  projectId: string;
  userId: string;
  scopes: string[] | null;
  flowName: string;
  flowVersion: number | null;
  body: Record<string, unknown> | null;
  start: Record<string, unknown>;
  inputs: Record<string, unknown> | null;
  labels: string[];
}

/** Notes what has ended, and returns which tests are next, at most `most`; a batch with nothing left gets its verdict. */
export const advanceBatch = (sql: Sql, batchId: string, most: number): Promise<TestToStart[]> =>
  sql.transaction(async (inner) => {
    const batch = await lockBatch(inner, batchId);
    if (!batch || isBatchFinal(batch.status)) return [];
    await noteEnds(inner, batch);
    if (batch.stopOnFailure && batch.status === 'running') await skipAfterFailure(inner, batchId);
    if (await endBatch(inner, batch)) return [];
    return batch.status === 'running'
      ? inner.rows<TestToStart & Record<string, unknown>>(NEXT, { batchId, most })
      : [];
  });

interface EndedTest {
  index: number;
  outcomes: Outcome[];
}

async function noteEnds(
  inner: Sql,
  { id: batchId, retries, status, stopOnFailure }: LockedBatch,
): Promise<void> {
  const ended = await inner.rows<EndedTest & Record<string, unknown>>(NOTE_ENDS, { batchId });
  if (ended.length === 0) return;
  const hasFailed = stopOnFailure && (await inner.row(HAS_FAILED, { batchId })) !== undefined;
  const rule = { retries, mayRetry: status === 'running' && !hasFailed };
  const statuses = ended.map(({ outcomes }): TestStatus => statusAfter(outcomes, rule));
  const isFinal = statuses.map(isTestFinal);
  await inner.rows(SET_STATUSES, { batchId, indexes: ended.map(({ index }) => index), statuses, isFinal });
}

/** Who has cancelled a run, and why. */
const CANCELLED = `nullif(concat_ws(': ', 'cancelled by ' || (
  select email from users where users.id = run.cancel_user_id and deleted_at is null), nullif(run.cancel_reason, '')), '')`;
/** The step for which a run has failed, and why. */
const FAILED_STEP = `(
  select format('step %s (%s): %s', index + 1, action, steps.error) from steps where run_id = run.id and phase = 'flow' and not ok
  order by attempt desc, index desc limit 1)`;
/** What is known of a run is kept with its attempt: the run may be deleted sooner. */
const NOTE_ENDS = `
with ended as materialized (delete from batch_ends where batch_id = :batchId returning run_id, outcome),
noted as (
  update batch_attempts as one set outcome = ended.outcome,
    error = left(case ended.outcome when 'cancelled' then ${CANCELLED} when 'pass' then null else coalesce(run.error, ${FAILED_STEP}) end, 1000),
    duration_ms = least(2147483647, round(extract(epoch from run.finished_at - coalesce(run.claimed_at, run.finished_at)) * 1000))::int,
    picture = coalesce(
      (select screenshot_path from steps where run_id = run.id and screenshot_path is not null order by attempt desc, at desc limit 1),
      (select payload ->> 'screenshotPath' from events where run_id = run.id and type = 'last_look' limit 1))
  from ended left join runs as run on run.id = ended.run_id
  where one.run_id = ended.run_id and one.batch_id = :batchId and one.outcome is null
  returning one.index, one.attempt, one.outcome
)
select noted.index, array(
  select coalesce(case when one.attempt = noted.attempt then noted.outcome end, one.outcome) from batch_attempts as one
  where one.batch_id = :batchId and one.index = noted.index order by one.attempt) as outcomes
from noted`;

/** SQL: a test has failed that fails its batch. */
export const HAS_FAILED = `
select from batch_tests where batch_id = :batchId and status in ('fail', 'cancelled') and not quarantined limit 1`;

/** Numbers go on from that of the batch. */
const NUMBERED = `(select seq from batches where id = :batchId)`;
const SET_STATUSES = `
with changed as (
  update batch_tests as test set status = one.status, seq = ${NUMBERED} + one.place::int,
    ended_at = case when one.is_final then clock_timestamp() end
  from unnest(:indexes::int[], :statuses::text[], :isFinal::boolean[]) with ordinality as one (index, status, is_final, place)
  where test.batch_id = :batchId and test.index = one.index returning test.seq
)
update batches set seq = (select max(seq) from changed) where id = :batchId`;

/** Nothing more is begun once a test has failed. One that was to be run again has failed. */
const skipAfterFailure = (inner: Sql, batchId: string) => inner.rows(SKIP, { batchId });
const WAITING = (as: string, where: string) => `
with waiting as materialized (
  select index, row_number() over (order by index)::int as place from batch_tests where batch_id = :batchId and status = 'waiting' and ${where}
),
changed as (
  update batch_tests as test set status = ${as}, seq = ${NUMBERED} + waiting.place,
    ended_at = case when attempts > 0 then clock_timestamp() end
  from waiting where test.batch_id = :batchId and test.index = waiting.index returning test.seq
)
update batches set seq = (select max(seq) from changed) where id = :batchId and exists (select from changed)`;
const SKIP = WAITING(`case when attempts > 0 then 'fail' else 'skipped' end`, `exists (${HAS_FAILED})`);

/** What waits is not begun any more; the batch is locked. */
export const cancelWaiting = (inner: Statements, batchId: string): Promise<unknown> =>
  inner.rows(CANCEL_WAITING, { batchId });
const CANCEL_WAITING = WAITING(`'cancelled'`, 'true');

/** Gives a batch in which nothing goes on any more its verdict; whether it did. */
async function endBatch(inner: Sql, { id: batchId, status }: LockedBatch): Promise<boolean> {
  if (await inner.row(GOES_ON, { batchId })) return false;
  const tests = await inner.rows<{ status: TestStatus; quarantined: boolean }>(
    'select distinct status, quarantined from batch_tests where batch_id = :batchId',
    { batchId },
  );
  const verdict = batchVerdict(tests, status === 'cancelling');
  await inner.rows(END, { batchId, verdict });
  return true;
}

const GOES_ON = `select from batch_tests where batch_id = :batchId and status in ('waiting', 'running') limit 1`;
const END = `
update batches set status = :verdict, seq = seq + 1, due_at = null, finished_at = clock_timestamp(), counts = ${countsOf(':batchId::uuid')}
where id = :batchId`;

/** The first that wait, as many as there is room for. */
const NEXT = `
select test.batch_id as "batchId", test.index, attempts + 1 as attempt, test.name as test, batch.project_id as "projectId", user_id as "userId", scopes,
  flow.name as "flowName", flow.version as "flowVersion", flow.body, flow.start, inputs, test.labels
from batches as batch join batch_tests as test on test.batch_id = batch.id
  join batch_flows as flow on flow.batch_id = test.batch_id and flow.position = test.position
where batch.id = :batchId and test.status = 'waiting'
order by index limit (
  select greatest(0, least(:most::int, max_parallel - (select count(*)::int from batch_tests where batch_id = :batchId and status = 'running')))
  from batches where id = :batchId)`;
