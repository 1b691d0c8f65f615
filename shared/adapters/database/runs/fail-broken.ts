import { BROKEN } from '#shared/domain/run/stop-reason.ts';
import type { Sql } from '../sql.ts';
import { endWithoutMachine, type MachinelessRow, storeMachinelessEnd } from './end-without-machine.ts';
import { LEASE_HOLDS } from './leases.ts';

export interface BrokenRun {
  runId: string;
  owner: string;
  epoch: number;
  /** What is wrong with it, in one line. */
  error: string;
}

/**
 * The owner's last write about a run whose machine or flow is unreadable, or unstorable. SQL alone, under a new epoch that
 * fences the old one (I2). A recorded cancel still counts (I3). False: refused, the run is lost or final.
 */
export async function failBroken(sql: Sql, { runId, owner, epoch, error }: BrokenRun): Promise<boolean> {
  const values = { runId, owner, epoch, error: error.replaceAll('\0', '\ufffd').toWellFormed() };
  const ended = await storeMachinelessEnd(FAIL_BROKEN, (statement) =>
    sql.transaction(async (within) => {
      // A commit may still be under way. The statement has to see its events, and so to begin after it.
      await within.rows('select from runs where id = :runId for update', { runId });
      return within.row<MachinelessRow>(statement, values);
    }),
  );
  return ended !== undefined;
}

const FAIL_BROKEN = endWithoutMachine({
  set: `error = :error, cancelled = runs.cancel_requested_at is not null, stop_reason = '${BROKEN}'`,
  guard: `runs.owner = :owner and runs.epoch = :epoch and ${LEASE_HOLDS}`,
  payload: `case when run.cancelled
    then json_strip_nulls(json_build_object(
      'status', 'fail', 'cancelled', true, 'source', run.cancel_by, 'reason', run.cancel_reason))
    else json_build_object('status', 'fail', 'error', :error::text) end`,
  why: ':error::text',
});
