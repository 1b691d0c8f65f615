/* The runs of the tests of a batch: each attempt has one at most (I12), and no more go on at once than the batch says. */
import { lockOwners, PlaceRefused, type RunPlace } from '../place.ts';
import type { NewRun } from '../runs/store-run.ts';
import type { Sql } from '../sql.ts';
import { HAS_FAILED, type TestToStart } from './advance.ts';
import { lockBatch } from './lock.ts';

type ToStart = Pick<TestToStart, 'batchId' | 'index' | 'attempt' | 'test' | 'projectId' | 'userId'>;

/** An attempt may have its run while its test waits for it, and the batch has room and is not cancelled. */
export function attemptPlace(toStart: ToStart): RunPlace {
  const { batchId, index, attempt, test } = toStart;
  return {
    take: async (sql, run) => {
      await lockOwners(sql, toStart);
      await lockBatch(sql, batchId);
      if (!(await sql.row(IS_NEXT, { batchId, index, attempt }))) throw new PlaceRefused('not_due');
      return { ...run, trigger: { batch: batchId, test, attempt } };
    },
    note: async (sql, { id: runId }: NewRun) =>
      void (await sql.rows(NOTE, { batchId, index, attempt, runId })),
  };
}

const IS_NEXT = `
select from batches join batch_tests as test on test.batch_id = batches.id
where batches.id = :batchId and batches.status = 'running' and test.index = :index and test.status = 'waiting' and test.attempts = :attempt::int - 1
  and (select count(*) from batch_tests where batch_id = :batchId and status = 'running') < max_parallel
  and not (stop_on_failure and exists (${HAS_FAILED}))`;
const NOTE = `
with counted as (update batches set seq = seq + 1 where id = :batchId returning seq),
begun as (
  update batch_tests set status = 'running', attempts = :attempt::int, seq = counted.seq from counted
  where batch_id = :batchId and index = :index
)
insert into batch_attempts (batch_id, index, attempt, run_id) values (:batchId::uuid, :index::int, :attempt::int, :runId::uuid)`;

/** A test that cannot be started has failed; `reason` is in words. */
export const failToStart = (
  sql: Sql,
  { batchId, index, attempt, reason }: Pick<ToStart, 'batchId' | 'index' | 'attempt'> & { reason: string },
): Promise<void> =>
  sql.transaction(async (inner) => {
    if (await lockBatch(inner, batchId)) await inner.rows(FAIL, { batchId, index, attempt, reason });
  });

const FAIL = `
with failed as (
  update batch_tests set status = 'fail', reason = :reason, ended_at = case when attempts > 0 then clock_timestamp() end, seq = batches.seq + 1 from batches
  where batches.id = :batchId and batch_id = :batchId and index = :index and batch_tests.status = 'waiting' and attempts = :attempt::int - 1
  returning batch_tests.seq
)
update batches set seq = (select seq from failed) where id = :batchId and exists (select from failed)`;
