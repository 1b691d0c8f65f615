import { isBatchFinal } from '#shared/domain/batch/rules.ts';
import { type AcceptedCancelJob, acceptCancelJob, type CancelJobToAccept } from '../cancel-jobs/accept.ts';
import { lockOwners } from '../place.ts';
import type { Sql } from '../sql.ts';
import { cancelWaiting } from './advance.ts';
import { lockBatch } from './lock.ts';
import { readLiveAttempts } from './read.ts';

interface BatchCancel
  extends Omit<CancelJobToAccept, 'runIds' | 'matched' | 'alreadyFinal' | 'failures' | 'filter'> {
  batchId: string;
  projectId: string;
}

/**
 * Makes the cancel of a batch durable: none of its tests is begun any more, and a bulk cancel stops the runs that go on (I3). A
 * start waits for the lock of the batch, and is refused then.
 */
export const cancelBatch = (
  sql: Sql,
  { batchId, projectId, ...job }: BatchCancel,
): Promise<(AcceptedCancelJob & { matched: number }) | 'batch_final' | 'not_found'> =>
  sql.transaction(async (inner) => {
    await lockOwners(inner, { userId: job.userId, projectId });
    const batch = await lockBatch(inner, batchId);
    if (!batch) return 'not_found';
    if (isBatchFinal(batch.status)) return 'batch_final';
    await cancelWaiting(inner, batchId);
    const runIds = await readLiveAttempts(inner, batchId);
    const asked = { ...job, filter: { batch: batchId }, runIds, matched: runIds.length };
    const accepted = await acceptCancelJob(inner, { ...asked, alreadyFinal: 0, failures: [] });
    const { userId, reason = null, id: jobId } = job;
    await inner.rows(NOTE, { batchId, userId, reason, jobId });
    return { ...accepted, matched: runIds.length };
  });

/** The first says who asked for it, the last which bulk cancel it is. */
const NOTE = `
update batches set status = 'cancelling', seq = seq + 1, due_at = clock_timestamp(), cancel_at = coalesce(cancel_at, clock_timestamp()),
  cancel_by = coalesce(cancel_by, :userId::uuid), cancel_reason = coalesce(cancel_reason, :reason), cancel_job_id = :jobId::uuid
where id = :batchId`;
