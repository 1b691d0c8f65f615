import { deleteUser } from '#shared/database/accounts/delete-user.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { actingOf } from '../access/policy.ts';
import type { CancelRun } from '../cancel/cancel-run.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';

export interface DeleteUserDeps {
  sql: Sql;
  cancelRun: CancelRun;
}

/** Why the runs of a deleted user end. */
const REASON = 'the user was deleted';

export function createDeleteUser({ sql, cancelRun }: DeleteUserDeps): Handler<'deleteUser'> {
  return async ({ actor, params: { id }, log }) => {
    const deletion = { id, by: actingOf(actor), reason: REASON };
    const deleted = await deleteUser(sql, deletion);
    if (deleted === 'unknown_user') throw new RequestError('not_found');
    if (typeof deleted === 'string') throw new RequestError(deleted);
    log.info({ deletedUserId: id, runs: deleted.cancelled.length }, 'a user was deleted');
    void tell(deleted.cancelled, log);
    return { status: 200, body: { ok: true } };
  };

  /** Beside the answer: the cancels are recorded, this only makes them quicker. One run at a time. */
  async function tell(runIds: string[], log: Log): Promise<void> {
    try {
      for (const runId of runIds) await cancelRun({ runId, by: 'user', mode: 'graceful' });
    } catch (error) {
      log.warn({ err: error }, 'owners of runs will learn of their cancel with a heartbeat');
    }
  }
}
