import type { BatchRow, BatchTestRow, TestAttemptRow } from '#shared/adapters/database/batches/read.ts';
import type { BatchSummary, BatchTest } from '#shared/api/contract/batches/batches.ts';

/** Absent fields are left out, never null. */
export function presentBatch(row: BatchRow): BatchSummary {
  const { id, projectId: project, name, status, labels, maxParallel, retries, stopOnFailure, counts } = row;
  return {
    id,
    project,
    ...(name !== null && { name }),
    status,
    labels,
    maxParallel,
    retries,
    stopOnFailure,
    counts,
    createdAt: row.createdAt.toISOString(),
    ...(row.finishedAt && { finishedAt: row.finishedAt.toISOString() }),
    ...(row.maker !== null && { by: row.maker }),
    ...cancelOf(row),
  };
}

function cancelOf({
  cancelAt,
  cancelledBy,
  cancelReason,
  cancelJobId,
}: BatchRow): Pick<BatchSummary, 'cancel'> {
  if (!cancelAt || cancelJobId === null) return {};
  return {
    cancel: {
      at: cancelAt.toISOString(),
      ...(cancelledBy !== null && { by: cancelledBy }),
      ...(cancelReason !== null && { reason: cancelReason }),
      job: cancelJobId,
    },
  };
}

export function presentTest(row: BatchTestRow): BatchTest {
  const { index, name, flowName, flowVersion, labels, quarantined, status, reason, attempts } = row;
  return {
    index,
    name,
    flow: { name: flowName, ...(flowVersion !== null && { version: flowVersion }) },
    labels,
    quarantined,
    status,
    ...(reason !== null && { reason }),
    attempts: attempts.map(presentAttempt),
  };
}

const presentAttempt = ({
  outcome,
  durationMs,
  error,
  picture,
  ...row
}: TestAttemptRow): BatchTest['attempts'][number] => ({
  attempt: row.attempt,
  runId: row.runId,
  startedAt: new Date(row.startedAt).toISOString(),
  ...(outcome !== null && { outcome }),
  ...(durationMs !== null && { durationMs: Math.max(0, Math.round(durationMs)) }),
  ...(error !== null && { error }),
  ...(picture !== null && { picture }),
});
