import { readReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Timing } from '#shared/platform/config/timing.ts';
import { seesAllRuns } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { receiptOf } from './receipt.ts';

/**
 * Everybody who sees the run may read the receipt of its cancel, and who asked for it. Which key was used, and what its
 * user calls it, is shown to that user and to admins only.
 */
export const createReadCancel =
  (sql: Sql, timing: Pick<Timing, 'overdue'>): Handler<'readCancel'> =>
  async ({ actor, run }) => {
    const row = await readReceiptRow(sql, run.id);
    const showKey = row?.userId === actor.userId || seesAllRuns(actor);
    const options = { showKey, overdueMs: timing.overdue };
    const receipt = row && receiptOf(row, row.events, row.now, options);
    if (!receipt) throw new RequestError(row ? 'not_cancelled' : 'not_found');
    return { status: 200, body: receipt };
  };
