import type { BatchStatus } from '#shared/domain/batch/rules.ts';
import type { Statements } from '../sql.ts';

export interface LockedBatch {
  id: string;
  status: BatchStatus;
  retries: number;
  stopOnFailure: boolean;
}

/** Until the end of the transaction nothing else changes it. */
export const lockBatch = (inner: Statements, id: string): Promise<LockedBatch | undefined> =>
  inner.row<LockedBatch & Record<string, unknown>>(
    `select id, status, retries, stop_on_failure as "stopOnFailure" from batches where id = :id for no key update`,
    { id },
  );
